"""Figures for admins."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..accounts.models import User
from ..orders.models import Order
from ..resources.models import Resource
from . import schemas


async def count_all(db: AsyncSession) -> schemas.Dashboard:
    revenue = await db.scalar(
        select(func.sum(Order.total)).where(Order.payment_status == "completed"),
    )
    return schemas.Dashboard(
        users=await db.scalar(select(func.count(User.id))) or 0,
        resources=await db.scalar(select(func.count(Resource.id))) or 0,
        orders=await db.scalar(select(func.count(Order.id))) or 0,
        revenue=revenue or 0,
    )

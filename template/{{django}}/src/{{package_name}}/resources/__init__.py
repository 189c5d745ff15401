"""Resources: anyone reads them, their owner changes them."""

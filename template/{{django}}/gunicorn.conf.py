"""How gunicorn serves the application: https://gunicorn.org/reference/settings/"""

# A thread waits for the external service, the others serve meanwhile.
worker_class = "gthread"
threads = 8

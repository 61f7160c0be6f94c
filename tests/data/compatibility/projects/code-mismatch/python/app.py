"""A FastAPI application below /api, and Celery workers of two queues."""

import os

import uvicorn
from celery import Celery
from fastapi import APIRouter, FastAPI
from kombu import Queue

PORT = int(os.getenv("PORT", "9000"))

celery = Celery("mail")
celery.conf.task_queues = [Queue("mail"), Queue("invoices")]

router = APIRouter(prefix="/api")


@router.get("/health")
def health() -> str:
    """Whether it is alive."""
    return "ok"


app = FastAPI()
app.include_router(router)

if __name__ == "__main__":
    uvicorn.run(app, port=PORT)

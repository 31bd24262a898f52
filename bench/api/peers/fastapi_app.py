"""FastAPI, SQLAlchemy's ORM and PyMySQL, as their tutorials put them together: the same query and the same answer."""

import os
from datetime import date
from typing import List, Optional

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import Column, Date, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker

engine = create_engine(
    "mysql+pymysql://root@localhost/{}?unix_socket={}&charset=utf8mb4".format(
        os.environ["DATABASE_NAME"], os.environ["DATABASE_SOCKET"]
    ),
    pool_size=10,
    max_overflow=30,
)
Sessions = sessionmaker(bind=engine)
Base = declarative_base()


class BookRow(Base):
    __tablename__ = "books"

    id = Column(Integer, primary_key=True)
    title = Column(String(255))
    author = Column(String(255))
    borrowed_by_id = Column(Integer)
    due_date = Column(Date)

    @property
    def available(self):
        return self.borrowed_by_id is None


class Book(BaseModel):
    id: int
    title: str
    author: str
    available: bool
    borrowed_by_id: Optional[int]
    due_date: Optional[date]

    class Config:
        orm_mode = True


app = FastAPI()


def session():
    db = Sessions()
    try:
        yield db
    finally:
        db.close()


@app.get("/books/", response_model=List[Book])
def books(db: Session = Depends(session)):
    return db.query(BookRow).order_by(BookRow.id).limit(1000).all()

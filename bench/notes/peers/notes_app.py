"""The list of notes with Flask, SQLAlchemy's ORM and Jinja, as their tutorials put them together: the same query and the
same page, with a session and a token for its forms."""

import os
import secrets
from urllib.parse import quote

from flask import Flask, render_template, request, session
from sqlalchemy import Column, DateTime, Integer, String, Text, create_engine
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

PER_PAGE = 50
SHORTENED = 160

engine = create_engine(
    "mysql+mysqldb://root@localhost/{}?unix_socket={}&charset=utf8mb4".format(
        os.environ["DATABASE_NAME"], os.environ["DATABASE_SOCKET"]
    ),
    pool_size=16,
)
Sessions = scoped_session(sessionmaker(bind=engine))
Base = declarative_base()


class Note(Base):
    __tablename__ = "notes"

    id = Column(Integer, primary_key=True)
    title = Column(String(64), nullable=False)
    description = Column(Text, nullable=False)
    tags = Column(String(400), nullable=False)
    done = Column(Integer, nullable=False)
    version = Column(Integer, nullable=False)
    created_at = Column(DateTime, nullable=False)
    updated_at = Column(DateTime, nullable=False)

    @property
    def tag_list(self):
        return self.tags.split(",") if self.tags else []


app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
app.jinja_env.autoescape = True
app.jinja_env.trim_blocks = True
app.jinja_env.lstrip_blocks = True
app.jinja_env.filters["component"] = lambda text: quote(text, safe="~()*!.'")


@app.template_filter("shortened")
def shortened(text):
    return text if len(text) <= SHORTENED else text[:SHORTENED].rstrip() + "…"


@app.template_filter("day")
def day(moment):
    return "{} {}".format(moment.day, moment.strftime("%b %Y"))


@app.teardown_appcontext
def close(_error):
    Sessions.remove()


@app.get("/")
def notes():
    query = Sessions.query(Note).order_by(Note.id.desc())
    before = request.args.get("before", type=int)
    if before:
        query = query.filter(Note.id < before)
    rows = query.limit(PER_PAGE + 1).all()
    if "token" not in session:
        session["token"] = secrets.token_urlsafe(24)
    return render_template(
        "list.jinja",
        notes=rows[:PER_PAGE],
        has_older=len(rows) > PER_PAGE,
        before=before,
        token=session["token"],
    )

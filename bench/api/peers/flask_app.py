"""Flask and mysqlclient: the same query and the same answer. DATABASE_SOCKET and DATABASE_NAME say where the data is."""

import os
import threading

import MySQLdb
from flask import Flask, jsonify

QUERY = "select id, title, author, borrowed_by_id, due_date from books order by id limit 1000"

app = Flask(__name__)
app.config["JSON_SORT_KEYS"] = False
local = threading.local()


def connection():
    """One connection for each worker thread, kept open."""
    if not hasattr(local, "connection"):
        local.connection = MySQLdb.connect(
            unix_socket=os.environ["DATABASE_SOCKET"],
            user="root",
            db=os.environ["DATABASE_NAME"],
            charset="utf8mb4",
            autocommit=True,
        )
    return local.connection


@app.get("/books/")
def books():
    cursor = connection().cursor()
    cursor.execute(QUERY)
    rows = cursor.fetchall()
    cursor.close()
    return jsonify(
        [
            {
                "id": id,
                "title": title,
                "author": author,
                "available": borrowed_by_id is None,
                "borrowed_by_id": borrowed_by_id,
                "due_date": due_date.isoformat() if due_date else None,
            }
            for id, title, author, borrowed_by_id, due_date in rows
        ]
    )

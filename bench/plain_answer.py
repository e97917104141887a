"""The yardstick of P1: a WSGI application that stores one answer in one statement, and nothing else."""

import os
from urllib.parse import parse_qs

import psycopg2

_connection = None


def application(environ, start_response):  # type: ignore[no-untyped-def]  # as small as such a thing can be
    """POST /s/<token>/ with score and comment: one row, one commit, a short page."""
    global _connection
    if _connection is None:
        _connection = psycopg2.connect(os.environ["DATABASE_URL"])
        _connection.autocommit = True
    form = parse_qs(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode())
    token, score = environ["PATH_INFO"].split("/")[2], int(form["score"][0])
    with _connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plain_answer (token, score, comment) VALUES (%s, %s, %s)"
            " ON CONFLICT (token) DO UPDATE SET score = EXCLUDED.score, comment = EXCLUDED.comment RETURNING id",
            (token, score, form.get("comment", [""])[0]),
        )
        cursor.fetchone()
    body = b"<!doctype html><title>Thank you</title><h1>Thank you</h1>"
    start_response(
        "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    )
    return [body]

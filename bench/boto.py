"""Puts and gets through boto3, by a Python that has it: `python boto.py ENDPOINT BUCKET COUNT BYTES THREADS`.

It prints the seconds that all puts took, and then all gets. The key and the secret are in the environment.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config


def main() -> None:
    """Measure, and print."""
    endpoint, bucket, *numbers = sys.argv[1:]
    count, size, threads = map(int, numbers)
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        config=Config(max_pool_connections=threads, s3={"addressing_style": "path"}),
    )
    hashes = [os.urandom(32).hex() for _ in range(count)]
    names = [f"v1/00112233445566bb/p/{one[:2]}/{one}" for one in hashes]  # as deep as the kiosk's
    data = [os.urandom(size) for _ in range(count)]

    def put(number: int) -> None:
        client.put_object(Bucket=bucket, Key=names[number], Body=data[number], IfNoneMatch="*")

    def get(number: int) -> None:
        client.get_object(Bucket=bucket, Key=names[number])["Body"].read()

    with ThreadPoolExecutor(threads) as pool:
        took = [_timed(pool, work, range(count)) for work in (put, get)]
    sys.stdout.write("{} {}\n".format(*took))


def _timed(pool: ThreadPoolExecutor, work: Callable[[int], None], numbers: Sequence[int]) -> float:
    start = time.perf_counter()
    for _ in pool.map(work, numbers):
        pass
    return time.perf_counter() - start


main()

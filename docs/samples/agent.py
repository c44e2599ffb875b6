#!/usr/bin/env python3
"""An agent in another language: Python with nothing but its standard library, speaking NATS' text protocol.

    python3 docs/samples/agent.py main uptick-py@1.0.0        (EST_NATS=nats://127.0.0.1:4222, EST_PREFIX as the platform has it)

The agent must be one of the portfolio's outsideAgents. It buys ten when the mid price rises and sells ten when it falls. It numbers its
intents, repeats each until it is answered, and says after every market time that it is done; docs/agents.md explains the messages.
It listens while it runs: what the market said before, the JetStream stream SIGNALS has, for an agent that needs it.
"""
import json, os, socket, sys, time, uuid
from decimal import Decimal
from urllib.parse import urlparse


class Nats:
    """As much of https://docs.nats.io/reference/reference-protocols/nats-protocol as an agent needs."""

    def __init__(self, url):
        where = urlparse(url)
        self.socket = socket.create_connection((where.hostname, where.port or 4222))
        self.socket.settimeout(0.2)
        self.pending, self.subscriptions, self.ponged = b"", 0, False
        self.send(b'CONNECT {"verbose":false,"pedantic":false,"headers":true,"lang":"python","version":"1"}\r\n')

    def send(self, data):
        self.socket.sendall(data)

    def subscribe(self, subject):
        self.subscriptions += 1
        self.send(f"SUB {subject} {self.subscriptions}\r\n".encode())

    def publish(self, subject, message, reply_to=None):
        body = json.dumps(message).encode()
        if reply_to is None:
            return self.send(f"PUB {subject} {len(body)}\r\n".encode() + body + b"\r\n")
        headers = f"NATS/1.0\r\nEst-Reply-To: {reply_to}\r\n\r\n".encode()
        self.send(f"HPUB {subject} {len(headers)} {len(headers) + len(body)}\r\n".encode() + headers + body + b"\r\n")

    def receive(self):
        """(subject, body) of the next message; None if nothing came for a moment."""
        while True:
            line, found, rest = self.pending.partition(b"\r\n")
            verb = line.split(b" ") if found else [b""]
            if verb[0] in (b"MSG", b"HMSG"):
                size = int(verb[-1])
                if len(rest) >= size + 2:
                    self.pending = rest[size + 2:]
                    skipped = int(verb[-2]) if verb[0] == b"HMSG" else 0
                    return verb[1].decode(), rest[skipped:size]
            elif found:
                self.pending = rest
                if verb[0] == b"PING":
                    self.send(b"PONG\r\n")
                elif verb[0] == b"PONG":
                    self.ponged = True
                elif verb[0] == b"-ERR":
                    raise ConnectionError(line.decode())
                continue
            try:
                chunk = self.socket.recv(65536)
            except TimeoutError:
                return None
            if not chunk:
                raise ConnectionError("the server closed the connection")
            self.pending += chunk


class Uptick:
    def __init__(self, nats, prefix, portfolio, agent):
        self.nats, self.portfolio, self.agent = nats, portfolio, agent
        token = agent.replace(".", "_")
        self.intents, self.progress = f"{prefix}decisions.order_intent.{portfolio}.{token}", f"{prefix}agents.progress.{portfolio}.{token}"
        # An id must not be used again: neither now nor after a restart.
        self.run, self.inbox = uuid.uuid4().hex[:12], f"_INBOX.{uuid.uuid4().hex}"
        self.mids, self.unanswered, self.sent, self.done = {}, {}, 0, None
        nats.subscribe(self.inbox)
        nats.subscribe(f"{prefix}signals.normalized.>")

    def on_signal(self, signal):
        if signal["kind"] == "quote":
            mid, last = (Decimal(signal["bid"]) + Decimal(signal["ask"])) / 2, self.mids.get(signal["instrument"])
            self.mids[signal["instrument"]] = mid
            if last is not None and mid != last:
                self.want("buy" if mid > last else "sell", signal, last, mid)
        if signal["sliceEnd"]:
            self.done = {"agent": self.agent, "asOf": signal["time"], "sent": str(self.sent)}
            self.nats.publish(self.progress, self.done)

    def want(self, side, signal, last, mid):
        self.sent += 1
        intent = {
            "intentId": f"{self.run}-{self.sent}", "portfolio": self.portfolio, "agent": self.agent, "instrument": signal["instrument"], "side": side,
            "quantity": "10", "orderType": "market", "timeInForce": "day", "confidence": "0.6", "rationale": f"the mid price went from {last} to {mid}",
            "features": {"mid": str(mid)}, "asOf": signal["time"], "signalId": f"{signal['feed']}:{signal['sequence']}", "sequence": str(self.sent)}
        self.unanswered[intent["intentId"]] = intent
        self.nats.publish(self.intents, intent, self.inbox)

    def on_answer(self, answer):
        if self.unanswered.pop(answer["id"], None):
            print(answer["id"], answer["outcome"], answer.get("code", ""), answer["reason"], flush=True)

    def repeat(self):
        """Messages may be lost; to say the same again costs nothing."""
        for intent in self.unanswered.values():
            self.nats.publish(self.intents, intent, self.inbox)
        if self.done:
            self.nats.publish(self.progress, self.done)


def main(portfolio, agent):
    prefix = os.environ.get("EST_PREFIX", "")
    nats = Nats(os.environ.get("EST_NATS", "nats://127.0.0.1:4222"))
    uptick = Uptick(nats, prefix + "." if prefix else "", portfolio, agent)
    nats.send(b"PING\r\n")  # answered when the server has taken in the subscriptions
    listening, repeated = False, time.monotonic()
    while True:
        if nats.ponged and not listening:
            listening = True
            print("listening", flush=True)
        if message := nats.receive():
            subject, body = message
            (uptick.on_answer if subject == uptick.inbox else uptick.on_signal)(json.loads(body))
        if time.monotonic() - repeated > 1:
            uptick.repeat()
            repeated = time.monotonic()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass

"""A real DNS server on loopback: what stands in its zone is answered over UDP, and whole over TCP where it is too long."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

SHORT = 512  # bytes of an answer over UDP


class NameServer:
    """`zone` maps a name to its texts. Names in `silent` get no answer, those in `broken` a SERVFAIL."""

    def __init__(self, zone: dict[str, list[str]]) -> None:
        self.zone, self.silent, self.broken = zone, set[str](), set[str]()
        self.is_mute = False
        self.asked: list[str] = []
        self.over_tcp = 0
        self._stream = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._stream.getsockname()[1]
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind(("127.0.0.1", self.port))
        for work in (self._serve_datagrams, self._serve_streams):
            threading.Thread(target=work, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        for line in (self._datagrams, self._stream):
            line.shutdown(socket.SHUT_RDWR) if line is self._stream else None
            line.close()

    def _serve_datagrams(self) -> None:
        while True:
            try:
                wire, who = self._datagrams.recvfrom(4096)
            except OSError:
                return
            answer = self._answer(wire)
            if answer is not None:
                if len(answer.to_wire()) > SHORT:
                    answer.flags |= dns.flags.TC
                    answer.answer.clear()
                self._datagrams.sendto(answer.to_wire(), who)

    def _serve_streams(self) -> None:
        while True:
            try:
                line, _who = self._stream.accept()
            except OSError:
                return
            with line:
                length = int.from_bytes(line.recv(2), "big")
                answer = self._answer(line.recv(length))
                if answer is not None:
                    self.over_tcp += 1
                    wire = answer.to_wire()
                    line.sendall(len(wire).to_bytes(2, "big") + wire)

    def _answer(self, wire: bytes) -> dns.message.Message | None:
        question = dns.message.from_wire(wire)
        name = question.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        if self.is_mute or name in self.silent:
            return None
        answer = dns.message.make_response(question)
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.zone:
            texts = [
                " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))
                for text in self.zone[name]
            ]
            if texts:
                answer.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "TXT", *texts))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

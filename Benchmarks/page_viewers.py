"""Clients of the page beside which the daemon's rate is measured."""
import http.client
import itertools
import socket
import threading


class Viewer:
    """Asks for what an open page asks for, as often, without a browser's own work."""

    def __init__(self, port):
        self.is_over = threading.Event()
        self.pictures = 0
        self.threads = [threading.Thread(target=job, args=(http.client.HTTPConnection("127.0.0.1", port),))
                        for job in [self.look, self.read]]
        for thread in self.threads:
            thread.start()

    def look(self, connection):
        number = "0"
        while not self.is_over.is_set():
            connection.request("GET", f"/api/live.jpg?after={number}")
            answer = connection.getresponse()
            answer.read()
            number = answer.headers["X-Camber-Frame"]
            self.pictures += 1

    def read(self, connection):
        paths = {"/api/view": 1, "/api/status": 2, "/api/history": 2, "/api/models": 3, "/api/cycles?limit=20": 4,
                 "/api/spool?limit=24": 5}
        for second in itertools.count():
            for path in [path for path, period in paths.items() if second % period == 0]:
                connection.request("GET", path)
                connection.getresponse().read()
            if self.is_over.wait(1):
                return

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def dull_clients(port):
    """Fifty: some say nothing, some stop in mid-sentence, some ask for pictures and never take them."""
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
    for client in clients[:15]:
        client.send(b"GET /api/spool HTTP/1.1\r\nHost: localhost\r\n")
    for client in clients[15:30]:
        client.send(b"GET /api/live.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
    return clients

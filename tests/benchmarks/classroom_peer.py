#!/usr/bin/env python3
"""A peer of the canonical dialect as most of them are written: the reference of tests/bench.

    classroom_peer.py HOST PORT [--serial] [--backlog N]

A thread for each connection or, with --serial, one connection after the other (so that a silent one blocks the rest, as in 7 of the 23
programs of the study); one recv(1024), a line on the screen, a dictionary of peers; nothing is kept on disk. `0` at the menu ends it.
"""

import argparse
import socket
import threading

MENU = "1. Send message\n2. Query active peers\n3. Connect to active peers\n0. Quit"

peers = {}
peers_lock = threading.Lock()


def handle_client(client_socket, address):
    try:
        data = client_socket.recv(1024).decode()
        if data:
            sender, team, message = data.split(" ", 2)
            with peers_lock:
                peers[sender] = team
            print(f"\nMessage from {team} ({sender}): {message}", flush=True)
    except Exception as fault:
        print(f"\nError handling client {address}: {fault}", flush=True)
    finally:
        client_socket.close()


def accept_connections(server_socket, is_serial):
    while True:
        client_socket, address = server_socket.accept()
        if is_serial:
            handle_client(client_socket, address)
        else:
            threading.Thread(target=handle_client, args=(client_socket, address)).start()


def start_server(host, port, backlog):
    server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server_socket.bind((host, port))
    server_socket.listen(backlog)
    print(f"Server listening on {host}:{server_socket.getsockname()[1]}", flush=True)
    return server_socket


def arguments():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("host")
    options.add_argument("port", type=int)
    options.add_argument("--serial", action="store_true", help="one connection after the other")
    options.add_argument("--backlog", type=int, default=5)
    return options.parse_args()


def main():
    given = arguments()
    server_socket = start_server(given.host, given.port, given.backlog)
    threading.Thread(target=accept_connections, args=(server_socket, given.serial), daemon=True).start()
    print(MENU, flush=True)
    while input() != "0":
        print(MENU, flush=True)


if __name__ == "__main__":
    main()

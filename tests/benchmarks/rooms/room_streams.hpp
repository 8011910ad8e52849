// The processes of a room: the author is told what to say over its control socket, and what the members print
// (listen --json) is counted. A member prints a line when it is on its disk. A failure ends the program.
#pragma once

#include "fan.hpp"

#include <string>
#include <string_view>

namespace tincan::bench {

// The author's control socket. Its answers are read and not looked at.
class AuthorStream : public Receiver {
public:
  AuthorStream(const std::string& control_socket, std::string room);
  ~AuthorStream() override;
  AuthorStream(const AuthorStream&) = delete;
  AuthorStream& operator=(const AuthorStream&) = delete;

  void publish(std::size_t lines);
  int descriptor() const override { return socket_; }
  std::size_t read_some() override;

private:
  int socket_;
  std::string command_; // of one line
};

// What one member prints, from a pipe.
class MemberStream : public Receiver {
public:
  explicit MemberStream(int pipe);
  int descriptor() const override { return pipe_; }
  std::size_t read_some() override;

private:
  int pipe_;
  std::string held_; // not a whole line yet
};

} // namespace tincan::bench

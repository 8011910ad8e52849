#include "hearing.hpp"

namespace tincan::wire {

// "+ack" stands for " reply=✅ Message received".
const std::vector<Dialogue>& known_line_dialogues() {
  static const std::vector<Dialogue> all{
      {"seed1 greets", "7777\nCONNECT\n", {"connect A3 -@-:7777 || +ack"}},
      {"seed1 greets and speaks",
       "7777\nCONNECT\n~hi\n~",
       {"connect A3 -@-:7777 || +ack", "text A3 -@-:7777 |hi| +ack"}},
      {"seed1 to a mandatory peer, in one segment",
       "6555\nCONNECT\nAuto Message\n",
       {"connect A3 -@-:6555 || +ack", "text A3 -@-:6555 |Auto Message| +ack"}},
      {"decryptors to a mandatory peer",
       "6555\nDecryptors\nCONNECT\nDecryptors here!\n",
       {"connect A3-team Decryptors@-:6555 || +ack", "text A3-team Decryptors@-:6555 |Decryptors here!| +ack"}},
      {"the shortest exchange with seed1",
       "7777\nhi\n~exit\n",
       {"text A3 -@-:7777 |hi| +ack", "leave A3 -@-:7777 |exit|"}},
      {"the same without a pause", "7777\nhi\nexit\n", {"text A3 -@-:7777 |hi| +ack", "leave A3 -@-:7777 |exit|"}},
      {"the shortest exchange with decryptors",
       "7777\nAlice\nhi\n~exit\n",
       {"text A3-team Alice@-:7777 |hi| +ack", "leave A3-team Alice@-:7777 |exit|"}},
      {"the shortest exchange with blockbros",
       "7777\n127.0.0.1:7778 Alice hi\n~exit\n",
       {"text A3-line Alice@127.0.0.1:7778 |hi| +ack", "leave A3-line Alice@127.0.0.1:7778 |exit|"}},
      {"blockbros greets and speaks",
       "7777\nCONNECT\n127.0.0.1:7778 Alice hi\n",
       {"connect A3 -@-:7777 || +ack", "text A3-line Alice@127.0.0.1:7778 |hi| +ack"}},
      {"a line of blockbros without LF",
       "7777\nCONNECT\n127.0.0.1:7778 Alice hi",
       {"connect A3 -@-:7777 || +ack", "text A3-line Alice@127.0.0.1:7778 |hi| +ack"}},
      {"a connect line of blockbros",
       "7777\n127.0.0.1:7778 Alice connect\n",
       {"connect A3-line Alice@127.0.0.1:7778 |connect| +ack"}},
      {"only a port", "7777\n", {"connect A3 -@-:7777 || +ack"}},
      {"only a port, then exit", "7777\nexit\n", {"leave A3 -@-:7777 |exit|"}},
      {"a port, a pause, a text", "7777\n~hi\n", {"connect A3 -@-:7777 || +ack", "text A3 -@-:7777 |hi| +ack"}},
      {"CR LF",
       "7777\r\nAlice\r\nCONNECT\r\nhi\r\n",
       {"connect A3-team Alice@-:7777 || +ack", "text A3-team Alice@-:7777 |hi| +ack"}},
      {"the last line lacks its LF",
       "7777\nCONNECT\nhi",
       {"connect A3 -@-:7777 || +ack", "text A3 -@-:7777 |hi| +ack"}},
      {"CONNECT lacks its LF", "7777\nCONNECT", {"connect A3 -@-:7777 || +ack"}},
      {"EXIT in capitals", "7777\nCONNECT\nEXIT\n", {"connect A3 -@-:7777 || +ack", "leave A3 -@-:7777 |EXIT|"}},
      {"a text, then exit, in one burst",
       "7777\nCONNECT\nbye\nexit\n",
       {"connect A3 -@-:7777 || +ack", "text A3 -@-:7777 |bye| +ack", "leave A3 -@-:7777 |exit|"}},
      {"an empty line wants its answer too",
       "7777\nCONNECT\n~\n~",
       {"connect A3 -@-:7777 || +ack", "ping A3 -@-:7777 || +ack"}},
      {"a port too great is text", "77777\nhi\n", {"text raw -@-:- |77777\nhi|"}},
      {"a number without LF is text", "7777", {"text raw -@-:- |7777|"}},
  };
  return all;
}

} // namespace tincan::wire

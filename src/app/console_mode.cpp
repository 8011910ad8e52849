#include "tincan/app/answers.hpp"
#include "tincan/app/engine.hpp"
#include "tincan/app/line_builder.hpp"
#include "tincan/app/menu.hpp"
#include "tincan/app/modes.hpp"
#include "tincan/app/output.hpp"
#include "tincan/app/page_link.hpp"
#include "tincan/app/qr.hpp"
#include "tincan/app/room_table.hpp"
#include "tincan/app/screen.hpp"
#include "tincan/app/startup.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/net/driver.hpp"

#include <atomic>
#include <csignal>
#include <fmt/format.h>

namespace tincan::app {

namespace {

class ConsoleMode {
public:
  ConsoleMode(term::Console& console, Engine& engine, const Options& options)
      : console_(console),
        engine_(engine),
        options_(options),
        screen_(screen_world(), engine.options().team),
        menu_(menu_world(), engine.options().team) {}

  void run() {
    show_identity();
    engine_.start(
        [this](const chat::Told& told) {
          screen_.tell(told);
          if (!console_.is_interactive() || is_opening_) answers_.tell(told);
        },
        [this] {
          has_finished_ = true;
          console_.wake();
        });
    console_.set_completer([this](auto line, auto cursor) { return menu_.complete(line, cursor); });
    menu_.show();
    open_first();
    while (take_outputs() && !has_finished_) read();
    // The terminal still shows the farewell; a second Ctrl-C ends at once.
    std::signal(SIGINT, SIG_DFL);
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
    engine_.stop();
  }

private:
  // The rooms, and the conversation that the command line asks for.
  void open_first() {
    answers_.expect(engine_.submit(chat::ListRooms{}), chat::ListRooms{});
    if (!options_.hosted_room.empty()) {
      answers_.wait();
      menu_.line("/room \"#" + options_.hosted_room + '"');
    }
    if (!options_.plain_host.empty()) menu_.line("/join " + options_.plain_host + " plain");
    is_opening_ = false;
  }

  void show_identity() {
    const auto& options = engine_.options();
    console_.print(LineBuilder()
                       .add(term::Style::strong, fmt::format("tincan {}", TINCAN_VERSION))
                       .plain(fmt::format(", team {}", options.team))
                       .take());
    std::string endpoints;
    for (const auto& endpoint : engine_.endpoints()) endpoints += (endpoints.empty() ? "" : "  ") + endpoint.text();
    console_.print(LineBuilder().plain("Others reach you at: ").add(term::Style::own, endpoints).take());
    if (options.hosting)
      console_.print(LineBuilder()
                         .plain("Plain-text programs that connect there are guests of ")
                         .add(term::Style::peer, "#" + options.hosted_room)
                         .plain(": what they write is ")
                         .add(term::Style::warning, "clear")
                         .take());
    if (options_.serves_page) show_page();
    for (const auto& peer : options.mandatory)
      console_.print(LineBuilder().dim("Mandatory peer ").add(term::Style::peer, peer).dim(": waiting").take());
  }

  void show_page() {
    if (const auto link = page_link(engine_.folder())) {
      const auto sentence = sentence_of(*link);
      for (const auto line : base::split(sentence, '\n')) console_.print(LineBuilder().plain(line).take());
    }
    if (!options_.opens_browser) return;
    if (const auto opened = open_browser(engine_.folder()); !opened)
      console_.print(LineBuilder().add(term::Style::warning, opened.error().text).take());
  }

  Screen::World screen_world() {
    return {.print = [this](term::Line line) { console_.print(std::move(line)); },
            .ring =
                [this] {
                  if (options_.rings) console_.ring();
                },
            .prompt_changed =
                [this] {
                  if (console_.is_interactive()) console_.wake();
                },
            .after = [this](base::Millis wait, std::function<void()> work) { engine_.after(wait, std::move(work)); },
            .now = [] { return net::now().wall; },
            .peer_of = [this](base::PeerId peer) { return engine_.peers().find(peer, net::now().wall); },
            .print_block = [this](Lines lines, term::LineTag tag) { console_.print(std::move(lines), tag); },
            .replace = console_.is_interactive() ? std::function([this](term::LineTag tag, Lines lines) {
              return console_.replace(tag, std::move(lines));
            })
                                                 : nullptr,
            .handles = &handles_,
            .rooms = &rooms_,
            .peer_with_key =
                [this](const base::PublicKey& key) { return engine_.peers().find_by_key(key, net::now().wall); },
            .qr_of =
                [](const std::string& text) {
                  // Lines above an editor hold no escape sequences: the colours are the terminal's own.
                  return ticket_qr_lines(text, fitting_qr_form(false), terminal_columns());
                }};
  }

  Menu::World menu_world() {
    return {.peers = [this] { return engine_.peers().list(net::now().wall); },
            .now = [] { return net::now().wall; },
            .oldest_shown = [this] { return screen_.oldest_shown(); },
            .has_older = [this] { return screen_.has_older(); },
            .line_of = [this](unsigned handle) { return handles_.find(handle); },
            .rooms = [this] { return rooms_.list(); },
            .bring_to_front = [this](base::RoomId room) { rooms_.bring_to_front(room); },
            .wants_qr = [this] { screen_.show_next_ticket_as_qr(); },
            .page_link = [this] { return page_link(engine_.folder()); }};
  }

  void read() {
    console_.set_prompt(menu_.prompt());
    if (const auto draft = menu_.take_draft(); !draft.empty()) console_.set_draft(draft);
    const auto input = console_.read();
    if (const auto* entered = std::get_if<term::LineEntered>(&input))
      menu_.line(entered->text);
    else if (const auto* pasted = std::get_if<term::BlockPasted>(&input))
      menu_.block(pasted->text);
    else if (std::holds_alternative<term::Cancelled>(input))
      menu_.cancel();
    else if (!std::holds_alternative<term::Woken>(input))
      menu_.end();
  }

  // False: the program ends.
  bool take_outputs() {
    while (auto output = menu_.next_output()) {
      if (auto* line = std::get_if<term::Line>(&*output))
        console_.print(std::move(*line));
      else if (auto* command = std::get_if<chat::Command>(&*output))
        submit(std::move(*command));
      else
        return false;
    }
    if (!console_.is_interactive()) answers_.wait();
    return true;
  }

  void submit(chat::Command command) {
    const auto expected = command;
    const auto request = engine_.submit(std::move(command));
    if (!console_.is_interactive()) answers_.expect(request, expected);
  }

  term::Console& console_;
  Engine& engine_;
  const Options& options_;
  Handles handles_;
  RoomTable rooms_;
  Screen screen_;
  Menu menu_;
  Answers answers_;
  std::atomic<bool> is_opening_{true}; // then answers are waited for in any case
  std::atomic<bool> has_finished_{false};
};

} // namespace

int run_console(const Options& options) {
  term::block_console_signals();
  std::signal(SIGPIPE, SIG_IGN);
  const auto console = term::open_console({.mode = options.plain ? term::Mode::plain : term::Mode::automatic,
                                           .colour = options.colour ? term::Colour::on : term::Colour::off});
  if (!console) return complain(console.error());
  auto identity = ask_for_identity(options, **console);
  if (!identity) return complain(identity.error());
  if (!*identity) return exit_done;
  auto engine = Engine::open(std::move(**identity));
  if (!engine) return complain(engine.error());
  ConsoleMode(**console, **engine, options).run();
  return exit_done;
}

} // namespace tincan::app

// How long the lists in frames may be.
#include "tincan/wire/frame_codec.hpp"
#include "tincan/wire/frame_shape.hpp"

#include <array>

namespace tincan::wire {

namespace {

constexpr std::string_view twice = "a frame says something twice";
constexpr std::string_view too_many_endpoints = "a frame names too many endpoints";
constexpr std::string_view too_many_rooms = "a frame names too many rooms";
constexpr std::string_view too_many_keys = "a frame names too many keys";

constexpr std::array hello_fields{Nested{5, &flat, max_announced_endpoints, too_many_endpoints}};
constexpr std::array have_fields{Nested{2, &flat, max_logs_in_have, "a frame names too many logs"}};
constexpr std::array entry_fields{Nested{7, &flat, 1, twice},
                                  Nested{8, &flat, max_heads, "an entry names too many heads"}};
constexpr Shape hello_shape{hello_fields};
constexpr Shape have_shape{have_fields};
constexpr Shape entry_shape{entry_fields};
constexpr std::array entries_fields{Nested{5, &entry_shape, max_entries_in_frame, "a frame holds too many entries"}};
constexpr std::array located_fields{Nested{2, &flat, max_announced_endpoints, too_many_endpoints}};
constexpr std::array rooms_fields{Nested{1, &flat, max_rooms_in_frame, too_many_rooms}};
constexpr std::array receipt_fields{Nested{2, &flat, max_logs_in_have, "a receipt has too many lines"}};
constexpr Shape entries_shape{entries_fields};
constexpr Shape endpoints_shape{located_fields}; // of whom the first field names
constexpr Shape rooms_shape{rooms_fields};
constexpr Shape receipt_shape{receipt_fields};
constexpr std::array receipts_fields{
    Nested{2, &receipt_shape, max_receipts_in_frame, "a frame holds too many receipts"}};
constexpr std::array neighbours_fields{
    Nested{2, &endpoints_shape, max_neighbours_in_frame, "a frame names too many neighbours"}};
constexpr std::array keys_fields{Nested{2, &flat, max_keys_in_frame, too_many_keys}};
constexpr Shape receipts_shape{receipts_fields};
constexpr Shape neighbours_shape{neighbours_fields};
constexpr Shape keys{keys_fields};
constexpr std::array frame_fields{Nested{1, &hello_shape, 1, twice},
                                  Nested{2, &have_shape, 1, twice},
                                  Nested{3, &flat, 1, twice},
                                  Nested{4, &entries_shape, 1, twice},
                                  Nested{5, &flat, 1, twice},
                                  Nested{6, &flat, 1, twice},
                                  Nested{7, &flat, 1, twice},
                                  Nested{8, &flat, 1, twice},
                                  Nested{9, &endpoints_shape, 1, twice},
                                  Nested{10, &rooms_shape, 1, twice},
                                  Nested{11, &rooms_shape, 1, twice},
                                  Nested{12, &flat, 1, twice},
                                  Nested{13, &flat, 1, twice},
                                  Nested{14, &receipts_shape, 1, twice},
                                  Nested{15, &neighbours_shape, 1, twice},
                                  Nested{16, &flat, 1, twice},
                                  Nested{17, &flat, 1, twice},
                                  Nested{18, &keys, 1, twice},
                                  Nested{19, &keys, 1, twice}};
constexpr Shape frame{frame_fields, true};

} // namespace

base::Result<void> check_shape(std::string_view message) { return check_shape(message, frame, "a frame"); }

} // namespace tincan::wire

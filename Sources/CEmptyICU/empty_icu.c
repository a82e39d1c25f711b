// ICU's tables of languages and time zones, empty. Foundation brings 30 MB of them, and Camber asks for none: it writes numbers and
// times in one form everywhere. Built with the trait EmptyICU, a program with Foundation inside takes these instead. The name has
// ICU's version; where it is another, the tables are linked as ever.
// Source: the format of a data file without items, ICU User Guide, "ICU Data".
#include <stdint.h>

typedef struct {
    uint16_t header_size;
    uint8_t magic[2];
    uint16_t info_size, reserved;
    uint8_t is_big_endian, charset, size_of_character, reserved_byte;
    uint8_t format[4], format_version[4], data_version[4];
    uint8_t padding[8];
    uint32_t items;
    uint32_t end[3];
} icu_data;

__attribute__((aligned(16))) const icu_data icudt76_dat = {
    .header_size = 32,
    .magic = {0xda, 0x27},
    .info_size = 20,
    .size_of_character = 2,
    .format = {'C', 'm', 'n', 'D'},
    .format_version = {1},
};

#include "inverted.h"

int ck_inverted_tasks(const ck_inverted *v) {
    return ((v->out.height + v->rows - 1) / v->rows) * ((v->out.width + v->columns - 1) / v->columns);
}

size_t ck_inverted_scratch(const ck_inverted *v) {
    return (v->expand ? (size_t)v->depthwise.kernel * ck_inverted_ring_row(v) : 0) + (size_t)v->columns * v->depthwise.in.channels;
}

#include "CKernels.h"
#include "clones.h"

CK_CLONES static void resize_row(const uint8_t *in, const cp_axis *columns, float *restrict out) {
    int taps = columns->taps;
    for (int x = 0; x < columns->count; x++) {
        const uint8_t *pixel = in + 3 * columns->first[x];
        const float *weights = columns->weights + x * taps;
        float r = 0, g = 0, b = 0;
        for (int t = 0; t < taps; t++, pixel += 3) {
            r += weights[t] * pixel[0];
            g += weights[t] * pixel[1];
            b += weights[t] * pixel[2];
        }
        out[3 * x] = r;
        out[3 * x + 1] = g;
        out[3 * x + 2] = b;
    }
}

CK_CLONES static void add_row(const float *restrict in, float weight, float *restrict sum, int count) {
    for (int i = 0; i < count; i++) sum[i] += weight * in[i];
}

CK_CLONES static void write_row(const float *restrict in, int count, uint8_t *restrict out) {
    for (int i = 0; i < count; i++) {
        float v = in[i] + 0.5f;
        v = v < 0 ? 0 : v;
        out[i] = (uint8_t)(v > 255 ? 255 : v);
    }
}

void cp_resize(const uint8_t *rgb, ptrdiff_t row_bytes, const cp_axis *columns, const cp_axis *rows, float *scratch, uint8_t *out,
               ptrdiff_t out_row_bytes) {
    int count = 3 * columns->count, taps = rows->taps, done = 0;
    float *sum = scratch + (size_t)taps * count;
    for (int y = 0; y < rows->count; y++) {
        // A source row serves several rows of the result; the last `taps` of them are kept.
        for (done = done > rows->first[y] ? done : rows->first[y]; done < rows->first[y] + taps; done++)
            resize_row(rgb + done * row_bytes, columns, scratch + (size_t)(done % taps) * count);
        for (int i = 0; i < count; i++) sum[i] = 0;
        for (int t = 0; t < taps; t++) {
            float weight = rows->weights[y * taps + t];
            if (weight != 0) add_row(scratch + (size_t)((rows->first[y] + t) % taps) * count, weight, sum, count);
        }
        write_row(sum, count, out + y * out_row_bytes);
    }
}

void cp_means(const uint8_t *rgb, ptrdiff_t row_bytes, int width, int height, const float *curve, float means[3]) {
    size_t counts[3][256] = {0};
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++) counts[c][rgb[y * row_bytes + 3 * x + c]]++;
    for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int v = 0; v < 256; v++) sum += (double)counts[c][v] * curve[v];
        means[c] = (float)(sum / ((double)width * height));
    }
}

CK_CLONES static void color_row(const uint8_t *in, int width, const float *curve, const float *m, const float *offset, const float *tint,
                                float *restrict out) {
    for (int x = 0; x < width; x++) {
        float r = curve[in[3 * x]], g = curve[in[3 * x + 1]], b = curve[in[3 * x + 2]];
        for (int c = 0; c < 3; c++) out[3 * x + c] = (m[3 * c] * r + m[3 * c + 1] * g + m[3 * c + 2] * b + offset[c]) * tint[c];
    }
}

/// The mean of each pixel and its neighbours in the row, in place; the edges stand for what lies beyond them.
static void blur_row(float *row, int width) {
    float before[3] = {row[0], row[1], row[2]};
    for (int x = 0; x < width; x++)
        for (int c = 0; c < 3; c++) {
            float own = row[3 * x + c], after = x + 1 < width ? row[3 * x + 3 + c] : own;
            row[3 * x + c] = (before[c] + own + after) * (1.0f / 3);
            before[c] = own;
        }
}

CK_CLONES static void mean_of_rows(const float *restrict a, const float *restrict b, const float *restrict c, float *restrict out, int count) {
    for (int i = 0; i < count; i++) out[i] = (a[i] + b[i] + c[i]) * (1.0f / 3);
}

/// The sum of a hash's four bytes is close to normal. Source of the hash: Wellons, "Prospecting for hash functions" (lowbias32).
CK_CLONES static void add_noise(float *restrict row, int count, float deviation, uint32_t seed) {
    float scale = deviation / 147.8f;
    for (int i = 0; i < count; i++) {
        uint32_t h = seed + (uint32_t)i * 0x9E3779B9u;
        h = (h ^ (h >> 16)) * 0x7FEB352Du;
        h = (h ^ (h >> 15)) * 0x846CA68Bu;
        h ^= h >> 16;
        int sum = (int)((h & 255) + (h >> 8 & 255) + (h >> 16 & 255) + (h >> 24));
        row[i] += scale * (float)(sum - 510);
    }
}

void cp_change_light(uint8_t *rgb, ptrdiff_t row_bytes, int width, int height, const float *curve, const float *matrix, const float *offset,
                     const float *tints, bool blurs, float noise, uint32_t noise_seed, float *scratch) {
    static const float no_tint[3] = {1, 1, 1};
    int count = 3 * width, done = 0;
    float *sum = scratch + 3 * (size_t)count;
    for (int y = 0; y < height; y++) {
        for (; done < height && done <= y + (blurs ? 1 : 0); done++) {
            float *row = scratch + (size_t)(done % 3) * count;
            color_row(rgb + done * row_bytes, width, curve, matrix, offset, tints ? tints + 3 * done : no_tint, row);
            if (blurs) blur_row(row, width);
        }
        float *row = scratch + (size_t)(y % 3) * count;
        if (blurs) {
            const float *above = y > 0 ? scratch + (size_t)((y - 1) % 3) * count : row;
            const float *below = y + 1 < height ? scratch + (size_t)((y + 1) % 3) * count : row;
            mean_of_rows(above, row, below, sum, count);
            row = sum;
        }
        if (noise > 0) add_noise(row, count, noise, noise_seed + (uint32_t)y * 0x85EBCA6Bu);
        write_row(row, count, rgb + y * row_bytes);
    }
}

/*
 * The floor: what the fan-out of a WebRTC server costs in plain C, with nothing around it. For each player it takes a run of
 * eight packets out of memory, writes them anew with the player's own RTP header and header extension, protects them by the
 * player's own SRTP keys and sends them as one message with UDP_SEGMENT, some dozens of messages to a sendmmsg. There is no
 * loss, no replay window, no lapped reader, no other codec: whatever a server does beyond this is its overhead.
 *
 *     floor gcm|cm LOCAL_ADDRESS CPU MESSAGES
 *
 * It is told what to do by lines on its standard input, and answers each with a line.
 *
 *     payload HEX                              the payload that all packets carry: VP8 with a 15-bit picture id and TL0PICIDX
 *     player ADDRESS PORT SSRC SEQUENCE KEY SALT   one more player; SRTP master key and salt in hex
 *     fanout FRAMES        all of the above, FRAMES times a frame of eight packets for every player
 *     rewrite FRAMES       only the writing, without protection and sending
 *     protect FRAMES       only the protection of packets that are written already
 *     send FRAMES          only the sending of packets that are protected already
 *     bare-protect FRAMES  the calls into libcrypto that protect makes, and not an instruction more than it takes
 *     bare-send FRAMES     the system calls that send makes, on messages that never change
 *
 * The answer to the last six is PACKETS and the NANOSECONDS of processor time that this thread spent. Confined to one thread.
 *
 *     gcc -O3 -march=native -o floor floor.c -lcrypto
 */
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED /* the low-level SHA1 calls, for precomputed HMAC states */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
    RUN = 8, /* packets in one message */
    MAX_MESSAGES = 1024,
    MAX_PAYLOAD = 1400,
    SLOT = 1500,
    PAYLOAD_TYPE = 96,
    MID_ID = 4,
    ABS_SEND_TIME_ID = 2,
    EXTENSION = 12, /* head, mid of one byte, abs-send-time of three, two bytes of padding */
    HEADER = 12 + EXTENSION,
    GCM_TAG = 16,
    CM_TAG = 10,
    FRAME_TICKS = 2880, /* eight packets at 250 a second, in 90 kHz */
    SOCKET_BUFFER = 4 << 20
};

struct player {
    struct sockaddr_in to;
    uint32_t ssrc;
    uint32_t timestamp_shift;
    uint64_t sequence_shift;
    uint8_t salt[16]; /* as it stands in the IV */
    EVP_CIPHER_CTX *cipher;
    SHA_CTX inner, outer; /* of HMAC, the pads absorbed */
};

/* One published packet: what a log keeps of it. */
struct record {
    uint64_t sequence; /* extended to 64 bits */
    uint32_t timestamp;
    int marker;
    uint8_t payload[MAX_PAYLOAD];
};

/* Packets on their way out, back to back, a run of one player in each message. */
struct egress {
    uint8_t *bytes;
    size_t tail;
    unsigned size, capacity;
    struct mmsghdr messages[MAX_MESSAGES];
    struct iovec runs[MAX_MESSAGES];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
    } segment[MAX_MESSAGES];
};

static int gcm; /* else AES-CM with HMAC-SHA1-80 */
static int udp;
static int payload_bytes;
static int player_count, player_capacity;
static struct player *players;
static struct record frame[RUN];
static struct egress out;
/* Asks for a GCM tag. A parameter that is ready takes 20 ns less than EVP_CTRL_AEAD_GET_TAG, which makes one for each call. */
static OSSL_PARAM tag[2];

static void fail(const char *what) {
    fprintf(stderr, "floor: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

/* Big-endian stores of any alignment; each becomes one instruction. */
static inline void put16(uint8_t *to, uint16_t value) {
    value = htons(value);
    memcpy(to, &value, 2);
}

static inline void put32(uint8_t *to, uint32_t value) {
    value = htonl(value);
    memcpy(to, &value, 4);
}

static inline void put64(uint8_t *to, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(to, &value, 8);
}

static inline uint64_t get64(const uint8_t *from) {
    uint64_t value;
    memcpy(&value, from, 8);
    return __builtin_bswap64(value);
}

/* Rewriting: header, extension and payload of one packet, as the server's players get them. */

static inline int rewrite(const struct player *player, const struct record *record, uint32_t abs_send_time, uint8_t *to) {
    uint16_t sequence = (uint16_t)(record->sequence + player->sequence_shift);
    uint16_t type = 0x9000 | (record->marker ? 0x80 : 0) | PAYLOAD_TYPE;
    put64(to, (uint64_t)type << 48 | (uint64_t)sequence << 32 | (record->timestamp + player->timestamp_shift));
    put32(to + 8, player->ssrc);
    put32(to + 12, 0xbede0000 | (EXTENSION - 4) / 4);
    put64(to + 16,
          (uint64_t)(MID_ID << 4) << 56 | (uint64_t)'0' << 48 | (uint64_t)(ABS_SEND_TIME_ID << 4 | 2) << 40
              | (uint64_t)abs_send_time << 16);
    memcpy(to + HEADER, record->payload, payload_bytes);
    /* A player keeps its own picture id and TL0PICIDX; with one publisher they are the publisher's. */
    return HEADER + payload_bytes;
}

/* Protection (RFC 3711, RFC 7714), in place. All calls that OpenSSL 3 needs; the IV alone changes from packet to packet. */

static inline int gcm_calls(EVP_CIPHER_CTX *cipher, const uint8_t *iv, uint8_t *packet, int length) {
    int done;
    tag[0].data = packet + length;
    return EVP_CipherInit_ex2(cipher, NULL, NULL, iv, -1, NULL) == 1
        && EVP_CipherUpdate(cipher, NULL, &done, packet, HEADER) == 1
        && EVP_CipherUpdate(cipher, packet + HEADER, &done, packet + HEADER, length - HEADER) == 1
        && EVP_CipherFinal_ex(cipher, packet + length, &done) == 1
        && EVP_CIPHER_CTX_get_params(cipher, tag) == 1;
}

static inline int cm_calls(const struct player *player, const uint8_t *iv, uint8_t *packet, int length) {
    int done;
    if (EVP_CipherInit_ex2(player->cipher, NULL, NULL, iv, -1, NULL) != 1
        || EVP_CipherUpdate(player->cipher, packet + HEADER, &done, packet + HEADER, length - HEADER) != 1) {
        return 0;
    }
    /* Of the outer hash one block is left: the inner digest and its padding. */
    uint8_t block[SHA_CBLOCK] = {0};
    SHA_CTX hash = player->inner;
    SHA1_Update(&hash, packet, length + 4);
    SHA1_Final(block, &hash);
    block[SHA_DIGEST_LENGTH] = 0x80;
    put64(block + SHA_CBLOCK - 8, 8 * (SHA_CBLOCK + SHA_DIGEST_LENGTH));
    hash = player->outer;
    SHA1_Transform(&hash, block);
    put64(packet + length, (uint64_t)hash.h0 << 32 | hash.h1);
    put16(packet + length + 8, hash.h2 >> 16);
    return 1;
}

static inline int protect(const struct player *player, uint64_t index, uint8_t *packet, int length) {
    uint8_t iv[16];
    if (gcm) {
        /* | 0, 2 bytes | SSRC, 4 | index, 6 | xor salt, 12 bytes */
        put32(iv, (uint32_t)(get64(player->salt) >> 32) ^ player->ssrc >> 16);
        put64(iv + 4, get64(player->salt + 4) ^ (uint64_t)player->ssrc << 48 ^ index);
        if (!gcm_calls(player->cipher, iv, packet, length)) {
            fail("libcrypto refuses GCM");
        }
        return length + GCM_TAG;
    }
    /* | 0, 4 bytes | SSRC, 4 | index, 6 | block, 2 | xor salt, 14 bytes */
    put64(iv, get64(player->salt) ^ player->ssrc);
    put64(iv + 8, get64(player->salt + 8) ^ index << 16);
    /* The rollover counter is authenticated behind the packet, and lies where the tag will be. */
    put32(packet + length, (uint32_t)(index >> 16));
    if (!cm_calls(player, iv, packet, length)) {
        fail("libcrypto refuses AES-CTR");
    }
    return length + CM_TAG;
}

/* Sending. */

static void flush(struct egress *egress) {
    unsigned sent = 0;
    while (sent < egress->size) {
        int more = sendmmsg(udp, egress->messages + sent, egress->size - sent, 0);
        if (more <= 0) {
            fail("sendmmsg");
        }
        sent += more;
    }
    egress->size = 0;
    egress->tail = 0;
}

/* The packets behind the tail become a message; all of them have the same length. */
static inline void commit(struct egress *egress, struct player *player, int run_bytes, int packet_bytes) {
    unsigned i = egress->size;
    uint16_t segment = packet_bytes;
    egress->messages[i].msg_hdr.msg_name = &player->to;
    egress->runs[i].iov_base = egress->bytes + egress->tail;
    egress->runs[i].iov_len = run_bytes;
    memcpy(CMSG_DATA(&egress->segment[i].align), &segment, sizeof segment);
    egress->size++;
    egress->tail += run_bytes;
}

/* What never changes of the messages. */
static void open_egress(struct egress *egress, unsigned capacity) {
    egress->capacity = capacity;
    egress->bytes = aligned_alloc(4096, ((size_t)capacity * RUN * SLOT + 4095) & ~(size_t)4095);
    if (!egress->bytes) {
        fail("memory");
    }
    memset(egress->bytes, 0, (size_t)capacity * RUN * SLOT);
    for (unsigned i = 0; i < capacity; i++) {
        struct msghdr *message = &egress->messages[i].msg_hdr;
        message->msg_namelen = sizeof(struct sockaddr_in);
        message->msg_iov = &egress->runs[i];
        message->msg_iovlen = 1;
        message->msg_control = &egress->segment[i];
        message->msg_controllen = sizeof egress->segment[i].bytes;
        struct cmsghdr *control = &egress->segment[i].align;
        control->cmsg_level = IPPROTO_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    }
}

/* The measured loops. Each does its work for all players, as often as it is asked, and gives the number of packets. */

static uint32_t abs_send_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((((uint64_t)now.tv_sec & 63) << 18) + ((uint64_t)now.tv_nsec << 18) / 1000000000) & 0xffffff;
}

/* The next frame is published. */
static void publish(void) {
    for (int i = 0; i < RUN; i++) {
        frame[i].sequence += RUN;
        frame[i].timestamp += FRAME_TICKS;
    }
}

static void fanout(void) {
    publish();
    uint32_t now = abs_send_time();
    for (int p = 0; p < player_count; p++) {
        struct player *player = &players[p];
        uint8_t *run = out.bytes + out.tail, *at = run;
        int length = 0;
        for (int i = 0; i < RUN; i++) {
            length = rewrite(player, &frame[i], now, at);
            length = protect(player, frame[i].sequence + player->sequence_shift, at, length);
            at += length;
        }
        commit(&out, player, (int)(at - run), length);
        if (out.size == out.capacity) {
            flush(&out);
        }
    }
    flush(&out);
}

static void only_rewrite(void) {
    publish();
    uint32_t now = abs_send_time();
    uint8_t *at = out.bytes;
    for (int p = 0; p < player_count; p++) {
        for (int i = 0; i < RUN; i++) {
            at += rewrite(&players[p], &frame[i], now, at) + (gcm ? GCM_TAG : CM_TAG);
        }
        if ((p + 1) % (int)out.capacity == 0) {
            at = out.bytes;
        }
    }
}

static void only_protect(void) {
    publish();
    uint8_t *at = out.bytes;
    for (int p = 0; p < player_count; p++) {
        for (int i = 0; i < RUN; i++) {
            at += protect(&players[p], frame[i].sequence + players[p].sequence_shift, at, HEADER + payload_bytes);
        }
        if ((p + 1) % (int)out.capacity == 0) {
            at = out.bytes;
        }
    }
}

static void bare_protect(void) {
    int length = HEADER + payload_bytes;
    uint8_t *at = out.bytes, iv[16] = {0};
    for (int p = 0; p < player_count; p++) {
        for (int i = 0; i < RUN; i++) {
            iv[11]++;
            if (!(gcm ? gcm_calls(players[p].cipher, iv, at, length) : cm_calls(&players[p], iv, at, length))) {
                fail("libcrypto");
            }
            at += length + (gcm ? GCM_TAG : CM_TAG);
        }
        if ((p + 1) % (int)out.capacity == 0) {
            at = out.bytes;
        }
    }
}

static void only_send(void) {
    int packet_bytes = HEADER + payload_bytes + (gcm ? GCM_TAG : CM_TAG);
    for (int p = 0; p < player_count; p++) {
        commit(&out, &players[p], RUN * packet_bytes, packet_bytes);
        if (out.size == out.capacity) {
            flush(&out);
        }
    }
    flush(&out);
}

/* To be called after only_send: the messages stand as it left them. */
static void bare_send(void) {
    int left = player_count;
    while (left > 0) {
        int messages = left < (int)out.capacity ? left : (int)out.capacity;
        if (sendmmsg(udp, out.messages, messages, 0) != messages) {
            fail("sendmmsg");
        }
        left -= messages;
    }
}

static uint64_t thread_cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void measure(void (*work)(void), int frames) {
    uint64_t start = thread_cpu_ns();
    for (int i = 0; i < frames; i++) {
        work();
    }
    uint64_t cpu_ns = thread_cpu_ns() - start;
    printf("%llu %llu\n", (unsigned long long)frames * player_count * RUN, (unsigned long long)cpu_ns);
}

/* Set-up. */

static int unhex(const char *hex, uint8_t *to, int room) {
    int length = (int)strlen(hex) / 2;
    if (length > room) {
        fail("too long a value");
    }
    for (int i = 0; i < length; i++) {
        unsigned value;
        if (sscanf(hex + 2 * i, "%2x", &value) != 1) {
            fail("not hexadecimal");
        }
        to[i] = (uint8_t)value;
    }
    return length;
}

static EVP_CIPHER_CTX *cipher(const EVP_CIPHER *type, const uint8_t *key) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (!context || EVP_CipherInit_ex2(context, type, key, NULL, 1, NULL) != 1) {
        fail("libcrypto refuses the cipher");
    }
    return context;
}

/* Session keys (RFC 3711 section 4.3.1): keystream whose counter is (salt xor label) * 2^16. */
static void derive(const uint8_t *master_key, const uint8_t *master_salt, int label, uint8_t *to, int length) {
    uint8_t iv[16] = {0}, zero[32] = {0};
    int done;
    memcpy(iv, master_salt, 14);
    iv[7] ^= label;
    EVP_CIPHER_CTX *context = cipher(EVP_aes_128_ctr(), master_key);
    if (EVP_CipherInit_ex2(context, NULL, NULL, iv, 1, NULL) != 1 || EVP_CipherUpdate(context, to, &done, zero, length) != 1) {
        fail("libcrypto refuses to derive keys");
    }
    EVP_CIPHER_CTX_free(context);
}

static void absorb_pad(SHA_CTX *hash, const uint8_t *key, uint8_t pad) {
    uint8_t block[SHA_CBLOCK];
    for (int i = 0; i < SHA_CBLOCK; i++) {
        block[i] = pad ^ (i < SHA_DIGEST_LENGTH ? key[i] : 0);
    }
    SHA1_Init(hash);
    SHA1_Update(hash, block, sizeof block);
}

static void add_player(const char *address, int port, uint32_t ssrc, int sequence, const char *key_hex, const char *salt_hex) {
    if (player_count == player_capacity) {
        player_capacity = player_capacity ? 2 * player_capacity : 128;
        players = realloc(players, player_capacity * sizeof *players);
        if (!players) {
            fail("memory");
        }
    }
    struct player *player = &players[player_count++];
    memset(player, 0, sizeof *player);
    player->to.sin_family = AF_INET;
    player->to.sin_port = htons(port);
    if (inet_pton(AF_INET, address, &player->to.sin_addr) != 1) {
        fail("not an address");
    }
    player->ssrc = ssrc;
    player->sequence_shift = sequence;
    player->timestamp_shift = 1000 * ssrc;
    uint8_t master_key[16] = {0}, master_salt[16] = {0}, key[16], authentication[SHA_DIGEST_LENGTH];
    unhex(key_hex, master_key, 16);
    unhex(salt_hex, master_salt, 14);
    derive(master_key, master_salt, 0, key, 16);
    derive(master_key, master_salt, 1, authentication, SHA_DIGEST_LENGTH);
    derive(master_key, master_salt, 2, player->salt, gcm ? 12 : 14);
    player->cipher = cipher(gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), key);
    absorb_pad(&player->inner, authentication, 0x36);
    absorb_pad(&player->outer, authentication, 0x5c);
}

static void set_payload(const char *hex) {
    payload_bytes = unhex(hex, frame[0].payload, MAX_PAYLOAD);
    for (int i = 0; i < RUN; i++) {
        memcpy(frame[i].payload, frame[0].payload, payload_bytes);
        frame[i].sequence = i;
        frame[i].marker = i == RUN - 1;
    }
}

static void open_socket(const char *local) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    int buffer = SOCKET_BUFFER;
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (udp < 0 || inet_pton(AF_INET, local, &address.sin_addr) != 1
        || bind(udp, (struct sockaddr *)&address, sizeof address) != 0) {
        fail("cannot bind");
    }
    setsockopt(udp, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
}

static void pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (cpu >= 0 && sched_setaffinity(0, sizeof set, &set) != 0) {
        fail("cannot be pinned");
    }
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*work)(void);
    } loops[] = {{"fanout", fanout},           {"rewrite", only_rewrite}, {"protect", only_protect}, {"send", only_send},
                 {"bare-protect", bare_protect}, {"bare-send", bare_send}};
    if (argc != 5 || atoi(argv[4]) < 1 || atoi(argv[4]) > MAX_MESSAGES) {
        fail("usage: floor gcm|cm LOCAL_ADDRESS CPU MESSAGES");
    }
    gcm = strcmp(argv[1], "gcm") == 0;
    open_socket(argv[2]);
    pin(atoi(argv[3]));
    open_egress(&out, atoi(argv[4]));
    tag[0] = OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, out.bytes, GCM_TAG);
    tag[1] = OSSL_PARAM_construct_end();
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts(OpenSSL_version(OPENSSL_VERSION));

    static char line[4096], word[32], address[64], key[64], salt[64];
    while (fgets(line, sizeof line, stdin)) {
        unsigned ssrc;
        int port, sequence, frames;
        errno = 0;
        if (sscanf(line, "player %63s %d %u %d %63s %63s", address, &port, &ssrc, &sequence, key, salt) == 6) {
            add_player(address, port, ssrc, sequence, key, salt);
            puts("ok");
        } else if (strncmp(line, "payload ", 8) == 0) {
            line[strcspn(line, "\n")] = 0;
            set_payload(line + 8);
            puts("ok");
        } else if (sscanf(line, "%31s %d", word, &frames) == 2) {
            unsigned i = 0;
            while (i < sizeof loops / sizeof *loops && strcmp(loops[i].name, word) != 0) {
                i++;
            }
            if (i == sizeof loops / sizeof *loops) {
                fail("unknown command");
            }
            measure(loops[i].work, frames);
        } else {
            fail("unknown command");
        }
    }
    return 0;
}

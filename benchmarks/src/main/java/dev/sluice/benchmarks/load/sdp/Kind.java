package dev.sluice.benchmarks.load.sdp;

/** What a client publishes or plays; one kind each. Immutable. */
public enum Kind {
    VIDEO("video", 96, 90_000, "VP8/90000", """
            a=rtcp-fb:96 goog-remb
            a=rtcp-fb:96 transport-cc
            a=rtcp-fb:96 ccm fir
            a=rtcp-fb:96 nack
            a=rtcp-fb:96 nack pli
            """, 97),
    AUDIO("audio", 111, 48_000, "opus/48000/2", """
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 minptime=10;useinbandfec=1
            """, 0);

    private final String media;
    private final int payloadType;
    private final int clockRate;
    private final String encoding;
    private final String attributes;
    private final int rtxPayloadType;

    Kind(String media, int payloadType, int clockRate, String encoding, String attributes, int rtxPayloadType) {
        this.media = media;
        this.payloadType = payloadType;
        this.clockRate = clockRate;
        this.encoding = encoding;
        this.attributes = attributes;
        this.rtxPayloadType = rtxPayloadType;
    }

    /** The word of the m-line. */
    public String media() {
        return media;
    }

    /** The one we offer. */
    public int payloadType() {
        return payloadType;
    }

    /** That a player offers for retransmissions (RFC 4588), as browsers do; 0 for none. */
    public int rtxPayloadType() {
        return rtxPayloadType;
    }

    public int clockRate() {
        return clockRate;
    }

    String encoding() {
        return encoding;
    }

    String attributes() {
        return attributes;
    }
}

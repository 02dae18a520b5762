package dev.sluice.engine.dtls;

/** Where {@link DtlsFilter} puts the records that Bouncy Castle may see. */
interface RecordSink {

    /**
     * @param record one whole DTLS record, given away
     * @return 0, or a negative DropReason code when it cannot be taken now
     */
    int onRecord(byte[] record, long nowNs);
}

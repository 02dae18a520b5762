// WHIP and WHEP in front of Medooze, for ./bench compare. Arguments: the TCP port to listen on, the core for media.
'use strict';
const http = require('http');
const { randomUUID } = require('crypto');
const MediaServer = require('medooze-media-server');
const { SDPInfo } = require('semantic-sdp');

const [port, cpu] = process.argv.slice(2);
const endpoint = MediaServer.createEndpoint('127.0.0.1');
// Its own default names AES-CM only; the load decides which of the two it is.
endpoint.setDefaultSRTProtectionProfiles('SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80');
MediaServer.enableLog(false);
endpoint.setAffinity?.(Number(cpu));
const streams = new Map(); // by name: what is published
const sessions = new Map(); // by id: transports

// What the load offers, without NACK: Sluice does not send again either.
const capabilities = {
  audio: { codecs: ['opus'] },
  video: { codecs: ['vp8'], rtcpfbs: [{ id: 'transport-cc' }, { id: 'ccm', params: ['fir'] }, { id: 'nack', params: ['pli'] }],
    extensions: ['http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'] },
};

function connect(offer) {
  const transport = endpoint.createTransport(offer);
  transport.setRemoteProperties(offer);
  const answer = offer.answer({
    dtls: transport.getLocalDTLSInfo(),
    ice: transport.getLocalICEInfo(),
    candidates: endpoint.getLocalCandidates(),
    capabilities,
  });
  transport.setLocalProperties(answer);
  return { transport, answer };
}

function publish(name, offer) {
  const { transport, answer } = connect(offer);
  for (const stream of offer.getStreams().values()) streams.set(name, transport.createIncomingStream(stream));
  return { transport, answer };
}

function play(name, offer) {
  const incoming = streams.get(name);
  if (!incoming) return null;
  const { transport, answer } = connect(offer);
  const outgoing = transport.createOutgoingStream({
    audio: incoming.getAudioTracks().length > 0,
    video: incoming.getVideoTracks().length > 0,
  });
  outgoing.attachTo(incoming);
  answer.addStream(outgoing.getStreamInfo());
  return { transport, answer };
}

http.createServer((request, response) => {
  const [, name, kind, id] = request.url.split('/');
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    if (request.method === 'DELETE') {
      sessions.get(id)?.stop();
      sessions.delete(id);
      response.writeHead(200).end();
    } else if (request.method === 'POST' && (kind === 'whip' || kind === 'whep')) {
      const session = (kind === 'whip' ? publish : play)(name, SDPInfo.process(body));
      if (!session) {
        response.writeHead(409).end();
        return;
      }
      const made = randomUUID();
      sessions.set(made, session.transport);
      response.writeHead(201, { 'Content-Type': 'application/sdp', Location: `/${name}/${kind}/${made}` });
      response.end(session.answer.toString());
    } else {
      response.writeHead(404).end();
    }
  });
}).listen(Number(port), '127.0.0.1');

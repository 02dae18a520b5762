// An application as Flussonic's documentation and the README of its library show it, on elements #preview and #player. What
// happens is noted in window.events. The script's argument is the address of the server.
const [server] = arguments;
window.events = [];
for (const id of ['preview', 'player']) {
  const video = document.createElement('video');
  video.id = id;
  document.body.append(video);
}
const script = document.createElement('script');
script.src = server + '/sluice.js';
script.onload = () => {
  const { Publisher, PUBLISHER_EVENTS, PUBLISHER_STATUSES, Player, PLAYER_EVENTS } = window.FlussonicWebRTC;

  const publisher = new Publisher(
    server + '/live',
    {
      preview: document.getElementById('preview'),
      previewOptions: { autoplay: true, controls: true, muted: true },
      constraints: { video: true, audio: true },
      onWebsocketClose: () => window.events.push('socket closed'),
    },
    true,
  );
  const player = new Player(document.getElementById('player'), server + '/live', { autoplay: false, retryMax: 10, retryDelay: 100 }, true);
  player.on(PLAYER_EVENTS.PLAY, () => window.events.push('play'));
  player.on(PLAYER_EVENTS.FAIL, (reason) => window.events.push('fail ' + reason));
  player.on(PLAYER_EVENTS.DEBUG, () => {});
  publisher.on(PUBLISHER_EVENTS.STREAMING, () => {
    window.events.push(publisher.status === PUBLISHER_STATUSES.STREAMING ? 'streaming' : 'not yet');
    player.play();
  });
  publisher.start({
    openPeerConnectionOptions: { getMediaOptions: { onGetUserMediaError: (error) => window.events.push(String(error)) } },
  });
  window.stopBoth = () => {
    player.stop();
    player.destroy();
    publisher.stop();
  };
};
document.head.append(script);

// Echoes on a Unix socket: `node server.ts <path>`. Prints one line when it listens.
import net from 'node:net'

net
  .createServer(socket => socket.on('error', () => {}).pipe(socket))
  .listen(process.argv[2], () => console.log('ready'))

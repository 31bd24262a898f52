// The backend of both: `backend.ts <socket>` answers every request with 1 KB, as a Node application behind a balancer.
import { createServer } from 'node:http'

const [socket = ''] = process.argv.slice(2)
const body = Buffer.alloc(1024, 'x')
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  request.resume()
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': body.length })
  response.end(body)
})
server.listen(socket, () => console.log('listening on 0'))
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})

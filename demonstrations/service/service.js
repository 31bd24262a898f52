const { createServer } = require('node:http')

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end(request.url === '/readyz' ? 'ready\n' : 'at your service\n')
})
// Longer than the 60 s of the balancer: who closes first must not be the one that requests are sent to.
server.keepAliveTimeout = 75_000
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  console.log(JSON.stringify({ message: 'listening', port: Number(process.env.PORT) }))
})
process.on('SIGTERM', () => server.close())

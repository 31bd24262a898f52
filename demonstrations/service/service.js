const { createServer } = require('node:http')

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end(request.url === '/readyz' ? 'ready\n' : 'at your service\n')
})
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  console.log(JSON.stringify({ message: 'listening', port: Number(process.env.PORT) }))
})
process.on('SIGTERM', () => server.close())

import { createServer } from 'node:http'

/**
 * The placeholder for an image that can't run here. It says so in every answer: `x-terrace-stand-in` and the body name
 * the image. Run with `TERRACE_STAND_IN` and `PORT`.
 */
const image = process.env.TERRACE_STAND_IN ?? ''

const server = createServer((request, response) => {
  const body = `This is a stand-in for ${image}, which can't run on this machine.\n`
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-terrace-stand-in': image,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
})

server.listen(Number(process.env.PORT ?? 80), '0.0.0.0')
process.on('SIGTERM', () => server.close(() => process.exit(0)))
console.log(JSON.stringify({ level: 'info', message: `standing in for ${image}` }))

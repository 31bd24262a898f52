import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'

export interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

export interface RunningNginx {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  stop(): Promise<void>
}

/**
 * Starts NGINX with what stands inside `http { }`, in a folder of its own and without the parts that need root.
 *
 * @param inside  the configuration for a port, on 127.0.0.1
 */
export async function startNginx(folder: string, inside: (port: number) => string): Promise<RunningNginx> {
  const port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), wrapped(folder, inside(port)))
  const nginx = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await saysThatItStarted(nginx)
  return {
    get: (path, headers = {}) => get(port, path, headers),
    async stop() {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
    },
  }
}

function get(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What the start script writes around the configuration. */
const wrapped = (folder: string, inside: string): string => `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${inside}
}
`

/** Resolves when NGINX has opened its sockets: it says so, once, after that. */
function saysThatItStarted(nginx: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    nginx.stderr?.on('data', chunk => {
      said += chunk
      if (said.includes('start worker process') || said.includes('using the "epoll"')) resolve()
    })
    nginx.on('exit', () => reject(new Error(`nginx ended: ${said}`)))
  })
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { works } from '../api/process.ts'

/** Why NGINX can't run on this machine, or nothing. */
export const nginxMissing = works('nginx', '-v') ? undefined : 'nginx is not installed'

export interface Nginx {
  stop(): Promise<void>
}

/** Starts NGINX with one worker and these blocks inside `http`; resolves when it listens on the socket. */
export async function startNginx(folder: string, socket: string, http: string): Promise<Nginx> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log ${folder}/access.log;
  keepalive_requests 100000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ${http}
}
`,
  )
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  while (!existsSync(socket) || !(await answers(socket))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: see ${folder}/error.log`)
    await wait(20)
  }
  return {
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise(resolve => {
    const sent = request({ socketPath, path: '/', headers: { Host: 'localhost' } }, response => {
      response.resume()
      resolve(true)
    })
    sent.on('error', () => resolve(false))
    sent.end()
  })

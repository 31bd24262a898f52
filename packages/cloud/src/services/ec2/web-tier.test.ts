import { seconds } from '@terrace/kit'
import type { PolicyStatement } from '@terrace/model'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { policy, testBucket, testRole } from '../../gateway/testing.ts'
import { findProgram } from '../../programs/find.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../../testing/architecture.ts'
import {
  ask,
  type Ec2Cloud,
  folderWith,
  imageIn,
  imageProcess,
  machineWith,
  nginxProcess,
  startEc2Cloud,
} from '../../workload/testing.ts'
import { s3 } from '../s3/index.ts'

const installed = findProgram(['nginx']) !== undefined
const reason = installed ? '' : ' (skipped: NGINX is not installed)'

const ALLOWED: PolicyStatement = { Effect: 'Allow', Action: ['ecr:*', 's3:GetObject', 's3:ListBucket'], Resource: '*' }

const role = {
  ...testRole('role', ALLOWED),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
}

const api = folderWith({
  'main.js': `require('node:http').createServer((request, response) => {
    response.end(JSON.stringify({ url: request.url, host: request.headers.host, forwarded: request.headers['x-forwarded-for'] }))
  }).listen(process.env.PORT, () => console.log('api is up'))`,
})

const WEB = `
gzip on;
server {
  listen 80 default_server;
  root /srv/site;
  index index.html;
  location = /readyz { access_log off; return 200 "ready\\n"; }
  location / { try_files $uri $uri/ =404; }
}
server {
  listen 80;
  server_name app.example.com;
  resolver 169.254.169.253 valid=10s;
  set $api api.internal:8000;
  location / {
    proxy_pass http://$api$request_uri;
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_connect_timeout 1s;
    proxy_read_timeout 1s;
  }
}
`

const apiProcess = imageProcess(imageIn(api.path))
const machines = {
  api: machineWith([apiProcess], { role: 'role' }),
  web: (configuration: string) =>
    machineWith([nginxProcess(configuration, { files: [{ source: 's3://site/', path: '/srv/site' }] })], {
      role: 'role',
      securityGroups: ['web'],
    }),
}

const nodes = [
  ...threeTiers().filter(({ id }) => id !== 'app'),
  securityGroup('web', [tcp(80, '0.0.0.0/0')], [tcp(443, '0.0.0.0/0'), tcp(8000, 'app')]),
  securityGroup('app', [tcp(8000, 'web')]),
  testBucket('site'),
  role,
  testNode('launchTemplate', 'template', { name: 'api', machine: machines.api }),
]

let cloud: Ec2Cloud

afterAll(() => api.remove())

afterEach(() => cloud.stop())

async function start(): Promise<void> {
  cloud = await startEc2Cloud({ nodes, services: [s3] })
  const objects = await cloud.world.ports.need('objects')
  await objects.put('site', 'index.html', '<p>page</p>')
  await objects.put('site', 'assets/app.js', 'go()')
}

const line = (text: string) =>
  new Promise<void>(resolve => {
    const stop = cloud.world.logs.subscribe(entry => {
      if (!entry.line.includes(text)) return
      stop()
      resolve()
    })
  })

/** Launches NGINX, and resolves when it runs. */
async function launchWeb(configuration: string) {
  const started = new Promise<void>(resolve => {
    const stop = cloud.instances.onChange(({ processes }) => {
      if (!processes.some(({ name }) => name === 'web')) return
      stop()
      resolve()
    })
  })
  const instance = await cloud.instances.launch({ machine: machines.web(configuration), subnet: 'app-a', owner: 'web' })
  await started
  const socket = cloud.network.socketOf(instance.networkInterface, 80)
  // It listens before it says anything.
  const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    for (;;) {
      try {
        return await ask(socket, path, headers)
      } catch {
        await new Promise(resolve => setImmediate(resolve))
      }
    }
  }
  return { instance, get }
}

describe.skipIf(!installed)(`NGINX on an instance${reason}`, () => {
  it('L-18 serves the files that the launch has fetched from S3, and logs what is asked', async () => {
    await start()
    const { get } = await launchWeb(WEB)
    expect(await get('/readyz')).toMatchObject({ status: 200, body: 'ready\n' })
    const logged = line('"GET /assets/app.js HTTP/1.1" 200 4')
    const script = await get('/assets/app.js')
    expect(script.body).toBe('go()')
    expect(script.headers['content-type']).toBe('application/javascript')
    await logged
    expect((await get('/')).body).toBe('<p>page</p>')
    expect((await get('/none')).status).toBe(404)
  })

  it('L-18 sends requests on to another tier, by name and through its security groups', async () => {
    await start()
    const up = line('api is up')
    const behind = await cloud.instances.launch({ machine: machines.api, subnet: 'app-b', owner: 'api' })
    await up
    cloud.network.setName('api.internal', [behind.networkInterface.address])
    const { instance, get } = await launchWeb(WEB)
    const answer = await get('/v1/books?a=1', { host: 'app.example.com', 'x-forwarded-for': '203.0.113.7' })
    expect(JSON.parse(answer.body)).toEqual({
      url: '/v1/books?a=1',
      host: 'app.example.com',
      forwarded: `203.0.113.7, ${instance.networkInterface.address}`,
    })
    cloud.network.rules.setSecurityGroup('app', 'ingress', [])
    // Silence behind the relay: NGINX waits for an answer until its own time-out.
    expect((await get('/v1/books', { host: 'app.example.com' })).status).toBe(504)
  })

  it('does not start with a broken configuration, and says what NGINX says', async () => {
    await start()
    const instance = await cloud.instances.launch({
      machine: machines.web('server { listen 80; rooot /srv; }'),
      subnet: 'app-a',
      owner: 'web',
    })
    const failed = await cloud.world.journal.find(({ kind }) => kind === 'ec2.bootFailed')
    expect(failed.message).toContain('[emerg]')
    expect(failed.message).toContain('unknown directive "rooot"')
    expect(instance.state).toBe('running')
    await cloud.instances.terminate(instance.id, seconds(5))
  })
})

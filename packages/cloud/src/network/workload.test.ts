import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { milliseconds, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAuthority } from '../certificates/authority.ts'
import { ANYWHERE, securityGroup, tcp, testNode, threeTiers } from '../testing/architecture.ts'
import type { NetworkInterface } from './network.ts'
import { TestNetwork } from './testing.ts'

let test: TestNetwork
let balancer: NetworkInterface
let app: NetworkInterface
let database: NetworkInterface

beforeEach(() => {
  test = new TestNetwork(threeTiers())
  const { network } = test
  balancer = network.attach({
    owner: 'balancer',
    subnet: 'public-a',
    securityGroups: ['balancer'],
    publicAddress: true,
  })
  app = network.attach({ owner: 'i-app', subnet: 'app-b', securityGroups: ['app'] })
  database = network.attach({ owner: 'database', subnet: 'data-a', securityGroups: ['database'] })
  network.setName('db.example.com', [database.address])
})

afterEach(() => test[Symbol.asyncDispose]())

/** Connects, says each line of standard input to the other side, and prints what comes and how it ends. */
const TALK = (host: string, port: number) => `
  import net from 'node:net'
  import { createInterface } from 'node:readline'
  const socket = net.connect(${port}, '${host}', () => console.log('connected'))
  socket.on('data', data => console.log('got', String(data)))
  socket.on('error', error => console.log('error', error.code, error.message))
  socket.on('close', () => { console.log('closed'); process.exit() })
  createInterface(process.stdin).on('line', line => socket.write(line, () => console.log('sent', line)))`

const echo = (at: NetworkInterface, port: number) => test.listen(at, port, socket => socket.pipe(socket))

describe('a rule that changes while a connection stands', () => {
  it('opens new connections at once', async () => {
    await echo(database, 3306)
    test.network.rules.setSecurityGroup('database', 'ingress', [])
    const talk = await test.start(app, TALK('db.example.com', 3306))
    await test.journal.find(({ kind }) => kind === 'network.dropped')
    test.network.rules.setSecurityGroup('database', 'ingress', [tcp(3306, 'app')])
    talk.child.kill('SIGKILL')
    const again = await test.start(app, TALK('db.example.com', 3306))
    await again.line('connected')
  })

  it('lets a tracked connection go on without its group rule (EC2 User Guide, connection tracking)', async () => {
    await echo(database, 3306)
    const talk = await test.start(app, TALK('db.example.com', 3306))
    await talk.line('connected')
    test.network.rules.setSecurityGroup('database', 'ingress', [])
    talk.say('still')
    await talk.line('got still')
  })

  it('silences an untracked connection with its group rule, and a new rule wakes it (EC2 User Guide)', async () => {
    await echo(database, 3306)
    test.network.rules.setSecurityGroup('database', 'ingress', [tcp(3306, '0.0.0.0/0')])
    test.network.rules.setSecurityGroup('database', 'egress', [ANYWHERE])
    const talk = await test.start(app, TALK('db.example.com', 3306))
    await talk.line('connected')
    talk.say('one')
    await talk.line('got one')
    test.network.rules.setSecurityGroup('database', 'ingress', [])
    const marker = await test.start(app, TALK('db.example.com', 3306))
    await test.journal.find(({ kind }) => kind === 'network.dropped')
    marker.child.kill('SIGKILL')
    talk.say('two')
    await silence(talk)
    test.network.rules.setSecurityGroup('database', 'ingress', [tcp(3306, '0.0.0.0/0')])
    await talk.line('got two')
  })
})

// Another process of the same interface is told the same rules: when it has seen them, so has the first.
async function silence(talk: { readonly lines: readonly string[] }): Promise<void> {
  const before = talk.lines.length
  await test.run(app, 'await fetch("http://nowhere.example.com").catch(() => {})')
  expect(talk.lines.slice(before)).toEqual([])
}

describe('a fault', () => {
  it('that swallows everything hangs standing connections, and its end lets them go on', async () => {
    await echo(database, 3306)
    const talk = await test.start(app, TALK('db.example.com', 3306))
    await talk.line('connected')
    const end = test.network.faults.blackhole({ kind: 'zone', zone: 'us-east-1a' })
    talk.say('lost?')
    await silence(talk)
    expect(test.network.decide(app, database.address, 3306)).toMatchObject({
      because: expect.stringContaining('a fault swallows everything'),
    })
    end()
    await talk.line('got lost?')
  })

  it('holds what a server of the swallowed interface reads and answers, too', async () => {
    const serve = await test.start(
      app,
      `import http from 'node:http'
       http.createServer((request, response) => response.end(request.url)).listen(8000, () => console.log('listening'))
         .on('connection', () => console.log('connection'))`,
    )
    await serve.line('listening')
    const client = connect({ path: test.network.socketOf(app, 8000) })
    let got = ''
    client.on('data', data => {
      got += data
    })
    await serve.line('connection')
    const end = test.network.faults.blackhole({ kind: 'interface', id: app.id })
    await test.run(app, 'await fetch("http://nowhere.example.com").catch(() => {})')
    client.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n')
    await test.run(app, 'await fetch("http://nowhere.example.com").catch(() => {})')
    expect(got).toBe('')
    end()
    await once(client, 'data')
    expect(got).toContain('/held')
    client.destroy()
  })

  it('holds TLS that stands, with nothing lost when it ends', async () => {
    const folder = join(test.folder, 'ca')
    const authority = await openAuthority({ folder, clock: systemClock, name: 'Test' })
    const leaf = await authority.issue(['db.example.com'])
    const server = createTlsServer({ key: leaf.key, cert: leaf.certificate }, socket => socket.pipe(socket))
    server.listen(test.network.socketOf(database, 3306))
    await once(server, 'listening')
    const secure = TALK('db.example.com', 3306)
      .replace("from 'node:net'", "from 'node:tls'")
      .replace("net.connect(3306, 'db.example.com',", "net.connect({ port: 3306, host: 'db.example.com' },")
    const talk = await test.start(app, secure, { NODE_EXTRA_CA_CERTS: authority.file })
    await talk.line('connected')
    talk.say('one')
    await talk.line('got one')
    const end = test.network.faults.blackhole({ kind: 'interface', id: database.id })
    await silence({ lines: [] })
    talk.say('two')
    await silence(talk)
    end()
    await talk.line('got two')
    server.close()
  })

  it('that cuts ends standing connections with a reset', async () => {
    await echo(database, 3306)
    const talk = await test.start(app, TALK('db.example.com', 3306))
    await talk.line('connected')
    test.network.faults.cut({ kind: 'interface', id: database.id })
    expect(await talk.line('error')).toBe('error ECONNRESET read ECONNRESET')
  })

  it('that delays makes every round trip longer by both directions', async () => {
    await echo(database, 3306)
    test.network.faults.latency({ kind: 'subnet', subnet: 'data-a' }, milliseconds(60))
    const output = await test.run(
      app,
      `import net from 'node:net'
       const began = performance.now()
       const socket = net.connect(3306, 'db.example.com', () => {
         const connected = performance.now()
         console.log(connected - began >= 119)
         socket.write('x')
         socket.once('data', () => { console.log(performance.now() - connected >= 119); socket.destroy() })
       })`,
    )
    expect(output).toBe('true\ntrue')
  })

  it('keeps every byte in order while it delays with jitter', async () => {
    await test.listen(database, 3306, socket => socket.pipe(socket))
    test.network.faults.latency({ kind: 'interface', id: app.id }, milliseconds(5), milliseconds(5))
    const output = await test.run(
      app,
      `import net from 'node:net'
       import { createHash } from 'node:crypto'
       const socket = net.connect(3306, 'db.example.com')
       const [sent, got] = [createHash('md5'), createHash('md5')]
       for (let i = 0; i < 300; i++) { const chunk = Buffer.alloc(7000, i); sent.update(chunk); socket.write(chunk) }
       socket.end()
       socket.on('data', chunk => got.update(chunk))
       socket.on('end', () => console.log(sent.digest('hex') === got.digest('hex')))`,
    )
    expect(output).toBe('true')
  })
})

describe('what the other side is told', () => {
  it('is one PROXY line before anything else, where the interface asks for it', async () => {
    const { network } = test
    const announced = network.attach({
      owner: 'lb',
      subnet: 'app-a',
      securityGroups: ['database'],
      announce: true,
    })
    const got: string[] = []
    await test.listen(announced, 3306, socket => {
      socket.on('data', data => {
        got.push(String(data))
        socket.end()
      })
    })
    await test.run(
      app,
      `import net from 'node:net'
       const socket = net.connect(3306, '${announced.address}')
       socket.write('early words')
       socket.resume()`,
    )
    expect(got.join('')).toMatch(
      new RegExp(`^PROXY TCP4 ${app.address} ${announced.address} \\d{5} 3306\\r\\nearly words$`),
    )
  })

  it('is the address of the NAT gateway, when a public address is called from a private subnet', async () => {
    const nodes = threeTiers().map(node =>
      node.id === 'app' ? securityGroup('app', [], [tcp(80, '0.0.0.0/0')]) : node,
    )
    await using other = new TestNetwork(nodes)
    const { network } = other
    const front = network.attach({
      owner: 'front',
      subnet: 'public-b',
      securityGroups: ['balancer'],
      publicAddress: true,
      announce: true,
    })
    const inside = network.attach({ owner: 'i-inside', subnet: 'app-a', securityGroups: ['app'] })
    const line = new Promise<string>(resolve => {
      void other.listen(front, 80, socket => socket.on('data', data => void resolve(String(data))))
    })
    await other.start(inside, TALK(front.publicIp ?? '', 80))
    const nat = network.interfaces().find(({ type }) => type === 'natGateway')
    expect(await line).toContain(`PROXY TCP4 ${nat?.publicIp} ${front.address} `)
  })
})

describe('names', () => {
  it('are looked up in the view by every function of node:dns', async () => {
    const output = await test.run(
      app,
      `import dns, { lookup } from 'node:dns'
       import { promisify } from 'node:util'
       const name = 'db.example.com'
       console.log((await promisify(lookup)(name)).address)
       console.log((await dns.promises.lookup(name, { all: true }))[0].address)
       console.log(await dns.promises.resolve4(name), await promisify(dns.resolve)(name))
       console.log(await new dns.promises.Resolver().resolve4(name))
       for (const ask of ['resolveMx', 'resolve6', 'resolve4'])
         await dns.promises[ask](ask === 'resolve4' ? 'no.example.com' : name).catch(e => console.log(e.code, e.syscall))
       dns.lookup('no.example.com', e => console.log(e.code, e.message))`,
    )
    expect(output.split('\n')).toEqual([
      database.address,
      database.address,
      `[ '${database.address}' ] [ '${database.address}' ]`,
      `[ '${database.address}' ]`,
      'ENODATA queryMx',
      'ENODATA query6',
      'ENOTFOUND queryA',
      'ENOTFOUND getaddrinfo ENOTFOUND no.example.com',
    ])
  })

  it('are news to processes that run', async () => {
    await echo(database, 3306)
    const talk = await test.start(
      app,
      `import dns from 'node:dns'
       import { createInterface } from 'node:readline'
       console.log('ready')
       for await (const name of createInterface(process.stdin))
         dns.lookup(name, (error, address) => console.log('found', error?.code ?? address))`,
    )
    await talk.line('ready')
    test.network.setName('new.example.com', ['10.0.9.9'])
    await test.run(app, 'await fetch("http://nowhere.example.com").catch(() => {})')
    talk.say('new.example.com')
    expect(await talk.line('found')).toBe('found 10.0.9.9')
  })
})

describe('doors', () => {
  it('lead names of AWS to their socket over verified TLS, with fetch, https and the AWS SDK', async () => {
    const folder = join(test.folder, 'ca')
    const authority = await openAuthority({ folder, clock: systemClock, name: 'Test' })
    const leaf = await authority.issue(['secretsmanager.us-east-1.amazonaws.com'])
    const server = createHttpsServer({ key: leaf.key, cert: leaf.certificate }, (request, response) => {
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(JSON.stringify({ Name: String(request.headers['x-amz-target'] ?? request.url) }))
    })
    const socket = join(test.folder, 'aws')
    server.listen(socket)
    await once(server, 'listening')
    test.network.setDoors(app.id, { aws: socket })
    const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-secrets-manager')
    const output = await test.run(
      app,
      `import https from 'node:https'
       import { createRequire } from 'node:module'
       const url = 'https://secretsmanager.us-east-1.amazonaws.com'
       console.log(await (await fetch(url + '/fetch')).text())
       await new Promise(done => https.get(url + '/https', r => { r.on('data', d => console.log(String(d))); r.on('end', done) }))
       const { SecretsManagerClient, DescribeSecretCommand } = createRequire(import.meta.url)('${sdk}')
       const client = new SecretsManagerClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
       console.log((await client.send(new DescribeSecretCommand({ SecretId: 'x' }))).Name)
       process.exit()`,
      { NODE_EXTRA_CA_CERTS: authority.file },
    )
    server.closeAllConnections()
    server.close()
    expect(output.split('\n')).toEqual(['{"Name":"/fetch"}', '{"Name":"/https"}', 'secretsmanager.DescribeSecret'])
    expect(readFileSync(authority.file, 'utf8')).toContain('BEGIN CERTIFICATE')
  })

  it('are silence where they are not, and lead the metadata address to its own socket, whatever the rules', async () => {
    await test.listenAt(join(test.folder, 'imds'), socket =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'),
    )
    test.network.setDoors(database.id, { metadata: join(test.folder, 'imds') })
    const output = await test.run(
      database,
      `console.log(await (await fetch('http://169.254.169.254/latest')).text())
       for (const url of ['http://169.254.170.2/', 'http://169.254.169.254:81/', 'https://sts.us-east-1.amazonaws.com/'])
         await fetch(url, { signal: AbortSignal.timeout(30) }).catch(error => console.log(error.name))
       process.exit()`,
    )
    expect(output.split('\n')).toEqual(['hi', 'TimeoutError', 'TimeoutError', 'TimeoutError'])
  })

  it('fail over TLS as without it: unknown names, refusals, silence', async () => {
    test.network.rules.setSecurityGroup('app', 'egress', [ANYWHERE])
    test.network.rules.setSecurityGroup('database', 'ingress', [tcp(443, 'app')])
    const output = await test.run(
      app,
      `import tls from 'node:tls'
       for (const host of ['no.example.com', '${database.address}', '10.0.4.99'])
         await new Promise(done => {
           const socket = tls.connect({ host, port: 443, timeout: 40 })
           socket.on('error', error => { console.log(error.code); done() })
           socket.on('timeout', () => { console.log('silence'); socket.destroy(); done() })
         })`,
    )
    expect(output.split('\n')).toEqual(['ENOTFOUND', 'ECONNREFUSED', 'silence'])
  })
})

describe('a process', () => {
  it('hands its network down to children and threads with environments of their own', async () => {
    const output = await test.run(
      app,
      `import { Worker } from 'node:worker_threads'
       import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process'
       delete process.env.NODE_OPTIONS
       delete process.env.TERRACE_LINK
       const script = "process.getBuiltinModule('dns').lookup('db.example.com', (e, a) => console.log(e ? e.code : a))"
       const env = { A: '1' }
       console.log(execFileSync(process.execPath, ['-e', script], { env }).toString().trim())
       console.log(execFileSync(process.execPath, ['-e', script]).toString().trim())
       console.log(spawnSync(process.execPath, ['-e', script], { env: {} }).stdout.toString().trim())
       console.log(execSync(process.execPath + ' -e "' + script + '"', { env }).toString().trim())
       const child = spawn(process.execPath, ['-e', script], { env, stdio: 'inherit' })
       await new Promise(done => child.on('close', done))
       new Worker(script, { eval: true, env: { B: '2' }, execArgv: [] })`,
    )
    expect(output.split('\n')).toEqual(Array.from({ length: 6 }, () => database.address))
  })

  it('never reaches a port of this machine, by TCP or UDP', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const output = await test.run(
      app,
      `import net from 'node:net'
       import dgram from 'node:dgram'
       const code = options => new Promise(done => net.connect(options).on('error', e => done(e.code)).on('connect', () => done('open')))
       console.log(await code({ port: ${port}, host: '127.0.0.1' }), await code({ port: ${port}, host: '::1' }))
       console.log(await code({ port: ${port}, host: '2001:db8::1' }))
       const socket = dgram.createSocket('udp4')
       socket.bind(8125, () => {
         console.log(socket.address().port)
         socket.send('hello', 53, '8.8.8.8', (error, bytes) => { console.log(error, bytes); socket.close() })
       })`,
    )
    server.close()
    expect(output.split('\n')).toEqual(['ECONNREFUSED ECONNREFUSED', 'ENETUNREACH', '8125', 'null 5'])
  })

  it('listens on its loopback for itself alone, and takes over the port of a process that died', async () => {
    const SERVE = (port: number, host: string) =>
      `import net from 'node:net'
       net.createServer(socket => socket.end('hi')).listen(${port}, '${host}', () => console.log('listening'))`
    const local = await test.start(app, SERVE(8000, '127.0.0.1'))
    await local.line('listening')
    expect(await test.run(app, TALK('127.0.0.1', 8000))).toContain('got hi')
    const front = await test.run(
      balancer,
      `import net from 'node:net'
       net.connect(8000, '${app.address}').on('error', error => console.log(error.code))`,
    )
    expect(front).toBe('ECONNREFUSED')
    const first = await test.start(app, SERVE(8000, '0.0.0.0'))
    await first.line('listening')
    const second = await test.run(app, `${SERVE(8000, '0.0.0.0')}.on('error', error => console.log(error.message))`)
    expect(second).toBe('listen EADDRINUSE: address already in use 0.0.0.0:8000')
    first.child.kill('SIGKILL')
    await first.output()
    const third = await test.start(app, SERVE(8000, '0.0.0.0'))
    await third.line('listening')
    expect(await test.run(balancer, TALK(app.address, 8000))).toContain('got hi')
  })

  it('listens on a free port when it asks for none', async () => {
    const output = await test.run(
      app,
      `import http from 'node:http'
       const servers = await Promise.all([0, 0].map(port => new Promise(done => {
         const server = http.createServer((request, response) => response.end('hi')).listen(port, () => done(server))
       })))
       const ports = servers.map(server => server.address().port)
       for (const port of ports) console.log(port > 1024, await (await fetch('http://localhost:' + port)).text())
       console.log(ports[0] !== ports[1])
       process.exit()`,
    )
    expect(output).toBe('true hi\ntrue hi\ntrue')
  })

  it('gets the next address of a name after 250 ms of silence, as Node does', async () => {
    await echo(database, 3306)
    test.network.setName('both.example.com', ['10.0.4.99', database.address])
    const output = await test.run(
      app,
      `import net from 'node:net'
       for (let i = 0; i < 2; i++) {
         const began = performance.now()
         await new Promise(done => net.connect(3306, 'both.example.com', function () { this.destroy(); done() }))
         console.log(Math.floor((performance.now() - began) / 245))
       }`,
    )
    expect(output.split('\n')).toEqual(['1', '0'])
  })
})

describe('what is recorded', () => {
  it('is every connection at its end with its bytes, and every denial with its reason in the journal', async () => {
    await echo(database, 3306)
    const flows: unknown[] = []
    test.network.onFlow(({ from, address, port, accepted, sent, received }) =>
      flows.push([from.owner, address, port, accepted, sent, received]),
    )
    await test.run(
      app,
      `import net from 'node:net'
       const socket = net.connect(3306, 'db.example.com', () => socket.end('12345')).resume()
       socket.on('close', () => net.connect(5432, 'db.example.com').setTimeout(20, function () { this.destroy() }))`,
    )
    expect(flows).toEqual([
      ['i-app', database.address, 3306, true, 5, 5],
      ['i-app', database.address, 5432, false, 0, 0],
    ])
    const dropped = await test.journal.find(({ kind }) => kind === 'network.dropped')
    expect(dropped.message).toBe(
      `i-app gets no answer from db.example.com:5432 (${database.address}): no egress rule of app allows TCP 5432 to ${database.address}`,
    )
  })
})

it('a VPC without DNS support resolves nothing', async () => {
  const nodes = threeTiers().map(node =>
    node.id === 'vpc' ? testNode('vpc', 'vpc', { cidr: '10.0.0.0/16', dnsSupport: false, dnsHostnames: false }) : node,
  )
  await using other = new TestNetwork(nodes)
  const inside = other.network.attach({ owner: 'i-inside', subnet: 'app-a', securityGroups: ['app'] })
  other.network.setName('db.example.com', ['10.0.4.4'])
  const output = await other.run(
    inside,
    "await fetch('http://db.example.com').catch(error => console.log(error.cause.code))",
  )
  expect(output).toBe('EAI_AGAIN')
})

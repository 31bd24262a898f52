import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import net, { type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { securityGroup, tcp, threeTiers } from '../testing/architecture.ts'
import type { NetworkInterface } from './network.ts'
import { TestNetwork } from './testing.ts'

let test: TestNetwork
let app: NetworkInterface
let database: NetworkInterface

beforeEach(() => {
  const nodes = threeTiers().map(node =>
    node.id === 'app' ? securityGroup('app', [], [tcp(3306, 'database'), tcp(80, 'database')]) : node,
  )
  test = new TestNetwork([
    ...nodes.filter(({ id }) => id !== 'database'),
    securityGroup('database', [tcp(3306, 'app'), tcp(80, 'app')], []),
  ])
  app = test.network.attach({ owner: 'i-app', subnet: 'app-b', securityGroups: ['app'] })
  database = test.network.attach({ owner: 'database', subnet: 'data-a', securityGroups: ['database'] })
  test.network.setName('db.example.com', [database.address])
})

afterEach(() => test[Symbol.asyncDispose]())

const text = (socket: Socket): Promise<string> =>
  new Promise(resolve => {
    let all = ''
    socket.on('data', data => {
      all += data
    })
    socket.on('close', () => resolve(all))
    socket.on('error', () => {})
  })

describe('a relay', () => {
  it('carries both directions to the end, and records the connection as one of the interface', async () => {
    await test.listen(database, 3306, socket => socket.pipe(socket))
    const relay = await test.network.openRelay(app, 'db.example.com', 3306)
    const flow = new Promise(resolve => {
      test.network.onFlow(({ from, address, port, sent, received }) =>
        resolve([from.owner, address, port, sent, received]),
      )
    })
    const client = net.connect({ path: relay.socket, allowHalfOpen: true })
    const answer = text(client)
    client.end('hello there')
    expect(await answer).toBe('hello there')
    expect(await flow).toEqual(['i-app', database.address, 3306, 11, 11])
    relay.close()
  })

  it('decides every connection anew, and says in the journal what it drops', async () => {
    await test.listen(database, 3306, socket => socket.end('hi'))
    const relay = await test.network.openRelay(app, 'db.example.com', 3306)
    expect(await text(net.connect({ path: relay.socket }))).toBe('hi')
    test.network.rules.setSecurityGroup('app', 'egress', [])
    const client = net.connect({ path: relay.socket })
    const said: unknown[] = []
    client.on('data', data => said.push(data))
    const entry = await test.journal.find(({ kind }) => kind === 'network.dropped')
    expect(entry.message).toContain('no egress rule of app allows TCP 3306')
    expect([said.length, client.destroyed]).toEqual([0, false])
    client.destroy()
  })

  it('closes what nobody answers, and is gone when it is closed', async () => {
    const relay = await test.network.openRelay(app, 'db.example.com', 3306)
    expect(await text(net.connect({ path: relay.socket }))).toBe('')
    const unknown = await test.network.openRelay(app, 'nobody.example.com', 80)
    expect(await text(net.connect({ path: unknown.socket }))).toBe('')
    relay.close()
    expect(existsSync(relay.socket)).toBe(false)
  })

  it('tells an interface that wants it where the connection is from', async () => {
    const announced = test.network.attach({
      owner: 'lb',
      subnet: 'app-a',
      securityGroups: ['database'],
      announce: true,
    })
    await test.listen(announced, 80, socket => {
      socket.on('data', data => socket.write(data))
      socket.on('end', () => socket.end())
    })
    const relay = await test.network.openRelay(app, announced.address, 80)
    const client = net.connect({ path: relay.socket, allowHalfOpen: true })
    const answer = text(client)
    client.end('GET /')
    expect(await answer).toMatch(new RegExp(`^PROXY TCP4 ${app.address} ${announced.address} \\d+ 80\\r\\nGET /$`))
  })

  it('holds a standing connection while a fault swallows everything', async () => {
    await test.listen(database, 3306, socket => socket.pipe(socket))
    const relay = await test.network.openRelay(app, 'db.example.com', 3306)
    const client = net.connect({ path: relay.socket })
    client.write('one')
    await once(client, 'data')
    const end = test.network.faults.blackhole({ kind: 'zone', zone: database.zone })
    const marker = net.connect({ path: relay.socket })
    await test.journal.find(({ kind }) => kind === 'network.dropped')
    marker.destroy()
    const said: string[] = []
    client.on('data', data => said.push(String(data)))
    client.write('two')
    const another = await test.network.openRelay(app, 'nobody.example.com', 1)
    await text(net.connect({ path: another.socket }))
    expect(said).toEqual([])
    end()
    await once(client, 'data')
    expect(said.join('')).toBe('two')
    client.destroy()
  })
})

describe('a proxy', () => {
  const curl = promisify(execFile)

  it('speaks CONNECT, SOCKS 5 and plain requests to whoever knows its password', async () => {
    const server = createHttpServer((request, response) => response.end(`${request.url} of ${request.headers.host}`))
    server.listen(test.network.socketOf(database, 80))
    await once(server, 'listening')
    const { url, close } = await test.network.openProxy(app)
    const socks = url.replace('http://', 'socks5h://')
    for (const args of [
      ['--proxy', url, '--proxytunnel'],
      ['--proxy', socks],
      ['--proxy', url],
    ]) {
      const { stdout } = await curl('curl', ['-sS', '--max-time', '5', ...args, 'http://db.example.com/page'])
      expect(stdout).toBe('/page of db.example.com')
    }
    const wrong = url.replace(/:[^:@/]+@/, ':wrong@')
    for (const [args, code] of [
      [['--proxy', wrong, '--proxytunnel'], 56],
      [['--proxy', wrong.replace('http://', 'socks5h://')], 97],
      [['--proxy', socks, 'http://nobody.example.com'], 97],
    ] as const) {
      const target = args.length > 2 && args[2] !== '--proxytunnel' ? [] : ['http://db.example.com/']
      await expect(curl('curl', ['-sS', '--max-time', '5', ...args, ...target])).rejects.toMatchObject({ code })
    }
    close()
    server.closeAllConnections()
    server.close()
  })

  it('gives no answer to what is denied', async () => {
    const { url, close } = await test.network.openProxy(app)
    const { port, username, password } = new URL(url)
    const client = net.connect(Number(port), '127.0.0.1')
    const said: unknown[] = []
    client.on('data', data => said.push(data))
    const login = Buffer.from(`${username}:${password}`).toString('base64')
    client.write(`CONNECT db.example.com:22 HTTP/1.1\r\nProxy-Authorization: Basic ${login}\r\n\r\n`)
    await test.journal.find(({ kind }) => kind === 'network.dropped')
    expect([said, client.destroyed]).toEqual([[], false])
    client.destroy()
    close()
  })
})

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'

// The agent's shell on an instance, a program of its own so that it freezes with its zone and ends with its cloud: connects
// to the socket in TERRACE_SESSION, and passes on what comes. Frames in both directions: kind, length (4 bytes), data.

const KIND = { data: 1, error: 2, size: 3, exit: 4 }
const { TERRACE_SESSION: path = '', TERRACE_COMMAND: command, TERRACE_SCRIPT: script, ...environment } = process.env
// A preload that belongs to this program: the shell's own is in TERRACE_NODE_OPTIONS.
const { TERRACE_NODE_OPTIONS: nodeOptions, ...rest } = environment
const channel = connect(path)
const child = start()

function start(): ChildProcess {
  const env = { ...rest, TERM: rest.TERM ?? 'xterm-256color', ...(nodeOptions ? { NODE_OPTIONS: nodeOptions } : {}) }
  const shell = existsSync('/bin/bash') ? 'bash' : 'sh'
  const line = command ?? `exec ${shell} -i`
  if (script === undefined) return spawn(shell, ['-c', line], { env, stdio: 'pipe' })
  return spawn(script, ['-qefc', line, '/dev/null'], { env, stdio: 'pipe' })
}

function send(kind: number, data: Buffer): void {
  const head = Buffer.alloc(5)
  head.writeUInt8(kind, 0)
  head.writeUInt32BE(data.length, 1)
  channel.write(Buffer.concat([head, data]))
}

child.stdout?.on('data', (data: Buffer) => send(KIND.data, data))
child.stderr?.on('data', (data: Buffer) => send(script === undefined ? KIND.error : KIND.data, data))
child.stdin?.on('error', () => {})
child.on('error', error => {
  send(KIND.error, Buffer.from(`${error.message}\n`))
  end(127)
})
child.on('close', (code, signal) => end(code ?? (signal ? 130 : 1)))

function end(code: number): void {
  send(KIND.exit, Buffer.from(String(code)))
  channel.end(() => process.exit(0))
}

let received = Buffer.alloc(0)
channel.on('data', (chunk: Buffer) => {
  received = Buffer.concat([received, chunk])
  while (received.length >= 5) {
    const length = received.readUInt32BE(1)
    if (received.length < 5 + length) return
    const kind = received.readUInt8(0)
    const data = Buffer.from(received.subarray(5, 5 + length))
    received = received.subarray(5 + length)
    if (kind === KIND.data) child.stdin?.write(data)
    if (kind === KIND.size) resize(data)
  }
})
channel.on('error', () => process.exit(1))
channel.on('close', () => {
  child.kill('SIGHUP')
  process.exit(0)
})

/** The terminal is that of the program that `script` started. */
function resize(data: Buffer): void {
  try {
    const [inner = ''] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ')
    const [columns = '', rows = ''] = data.toString('utf8').split(' ')
    execFileSync('stty', ['-F', readlinkSync(`/proc/${inner}/fd/0`), 'cols', columns, 'rows', rows], {
      stdio: 'ignore',
    })
  } catch {
    // Without a terminal of its own there is nothing to resize.
  }
}

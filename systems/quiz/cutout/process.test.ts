import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { LogLines } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleCutout, EXTERNAL } from './bundle.ts'
import { sharp } from './pictures/sharp.ts'
import { brightness } from './testing/onnx-model.ts'
import { own, rgbaOf } from './testing/running-cutout.ts'

// Packages that are not bundled are found from the folder upwards, so it lies in the workspace.
const built = join(import.meta.dirname, '../../../.build')
mkdirSync(built, { recursive: true })
const folder = mkdtempSync(join(built, 'cutout-'))
const processes = new Set<ChildProcess>()
let main = ''
beforeAll(async () => {
  main = join(await bundleCutout(join(folder, 'image')), 'main.js')
})
afterAll(() => {
  for (const one of processes) one.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  processes.add(child)
  const log = new LogLines()
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', log.write)
  child.stderr.setEncoding('utf8').on('data', text => {
    complaints += text
  })
  const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal)
  const url = Promise.race([
    log.next('ready').then(async () => String((await log.next('listening')).url)),
    ended.then(how => Promise.reject(new Error(`it ended (${how}): ${complaints}`))),
  ])
  url.catch(() => {})
  return { child, log, url, ended, complaints: () => complaints }
}

/** A bright square on black. */
const square = () =>
  sharp({ create: { width: 120, height: 80, channels: 3, background: '#000' } })
    .composite([{ input: { create: { width: 40, height: 40, channels: 3, background: '#fff' } }, left: 40, top: 20 }])
    .png()
    .toBuffer()

describe('the image', () => {
  it('Q-02: cuts out with GrabCut, and ends with 0 when it is asked to', async () => {
    const { child, url, ended, log } = start({ CUTOUT_WORKERS: '1' })
    const answer = await fetch(`${await url}/cutout`, { method: 'POST', body: own(await square()) })
    expect(answer.status).toBe(200)
    const { data, info } = await rgbaOf(answer)
    expect([info.width, info.height]).toEqual([120, 80])
    const alphaAt = (x: number, y: number) => data[(y * 120 + x) * 4 + 3] ?? 0
    expect([alphaAt(60, 40) > 200, alphaAt(5, 5) < 50]).toEqual([true, true])
    expect(await log.next('picture done')).toMatchObject({ width: 120, height: 80, format: 'png' })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('Q-02: works with the neural model that it is given', async () => {
    const model = join(folder, 'model.onnx')
    writeFileSync(model, brightness(64, 64))
    const { child, url, ended } = start({ CUTOUT_WORKERS: '2', CUTOUT_MODEL: model })
    const answer = await fetch(`${await url}/cutout`, { method: 'POST', body: own(await square()) })
    const { data } = await rgbaOf(answer)
    const alphaAt = (x: number, y: number) => data[(y * 120 + x) * 4 + 3] ?? 0
    expect([alphaAt(60, 40) > 200, alphaAt(5, 5) < 50]).toEqual([true, true])
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('Q-02: fetches its model from S3, and says so when it may not', async () => {
    const requests: string[] = []
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url?.split('?', 1)[0]}`)
      if (request.url?.startsWith('/models/cutout.onnx')) response.end(brightness(64, 64))
      else
        response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error><Code>AccessDenied</Code></Error>')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const aws = {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      CUTOUT_WORKERS: '1',
    }
    const found = start({ ...aws, CUTOUT_MODEL: 's3://models/cutout.onnx' })
    const denied = start({ ...aws, CUTOUT_MODEL: 's3://models/other.onnx' })
    await found.url
    expect(await denied.ended).toBe(2)
    expect(denied.complaints()).toMatch(/s3:\/\/models\/other\.onnx can't be read: .*AccessDenied/)
    expect(requests).toContain('GET /models/cutout.onnx')
    found.child.kill('SIGTERM')
    expect(await found.ended).toBe(0)
    server.close()
  })

  it('Q-02: ends with 2 and says why when the model does not fit or is not there', async () => {
    const model = join(folder, 'unfit.onnx')
    writeFileSync(model, 'not a model')
    const [unfit, missing] = [start({ CUTOUT_MODEL: model }), start({ CUTOUT_MODEL: '/nowhere/model.onnx' })]
    expect(await Promise.all([unfit.ended, missing.ended])).toEqual([2, 2])
    expect(unfit.complaints()).toMatch(/unfit\.onnx can't be used: .* \(CUTOUT_MODEL_UNFIT\)/)
    expect(missing.complaints()).toMatch(/\/nowhere\/model\.onnx can't be read/)
  })

  it('ends with 2 and names every variable that is wrong', async () => {
    const { ended, complaints } = start({ CUTOUT_WORKERS: '0', CUTOUT_QUEUE: '-1', CUTOUT_MODEL: 'model.onnx' })
    expect(await ended).toBe(2)
    for (const name of ['CUTOUT_WORKERS', 'CUTOUT_QUEUE', 'CUTOUT_MODEL']) expect(complaints()).toContain(name)
  })

  it('installs what is not bundled at the versions that are tested', () => {
    const dockerfile = readFileSync(new URL('Dockerfile', import.meta.url), 'utf8')
    const require = createRequire(import.meta.url)
    for (const name of EXTERNAL) expect(dockerfile).toContain(`${name}@${versionOf(require.resolve(name))} `)
  })
})

/** Of the package that a file belongs to. */
function versionOf(file: string): string {
  const [root = ''] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
  return String(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
}

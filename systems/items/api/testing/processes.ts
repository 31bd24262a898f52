import { once } from 'node:events'
import { createServer } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type BundledProgram, bundledProgram } from '@terrace/service/testing'
import { bundleApi } from '../bundle.ts'

/** The API as it is deployed; its processes take any free port. */
export async function startBundle(): Promise<BundledProgram> {
  const program = await bundledProgram('items', bundleApi)
  return { ...program, start: environment => program.start({ PORT: '0', ...environment }) }
}

/** Stands in for Secrets Manager: one secret, whose versions are set by their stage. */
export async function startSecrets() {
  const stages = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const { SecretId, VersionStage } = JSON.parse((await request.toArray()).join(''))
    const SecretString = SecretId === 'cursors' ? stages.get(VersionStage) : undefined
    response.writeHead(SecretString === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(
      JSON.stringify(
        SecretString === undefined
          ? { __type: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value." }
          : { Name: SecretId, SecretString, VersionStages: [VersionStage] },
      ),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stages,
    [Symbol.dispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Calls over HTTPS as a balancer does: it doesn't verify whom it reaches. */
export async function callTls(url: string, method = 'GET', body?: unknown) {
  const call = request(url, {
    method,
    agent: false,
    rejectUnauthorized: false,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  })
  call.end(body === undefined ? undefined : JSON.stringify(body))
  const [answer] = await once(call, 'response')
  const text: string = (await answer.toArray()).join('')
  return { status: Number(answer.statusCode), body: text === '' ? undefined : JSON.parse(text) }
}

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Members of the group, `InService` or `Pending:Wait`…, and whether the balancer finds them healthy. */
export type Members = Readonly<Record<string, readonly [state: string, healthy: boolean]>>

/** What the guard asks AWS, answered by the account's APIs in their own formats; `parameter` is what it writes. */
export class StandInAws {
  members: Members = {}
  desired = 0
  parameter = '{"state":"open"}'
  /** An operation that the role may not call, and one that never answers. */
  denied: string | undefined
  silent: string | undefined
  /** Names of the operations, in the order in which they were called. */
  readonly calls: string[] = []
  readonly #server = createServer((request, response) => {
    answer(request).then(operation => {
      if (operation.name === this.silent) return this.calls.push(operation.name)
      if (operation.name === this.denied) response.statusCode = 400
      return response.end(operation.name === this.denied ? refusal(operation.name) : this.#reply(operation))
    })
  })

  /** Its address for `AWS_ENDPOINT_URL`. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #reply({ name, body }: Operation): string {
    this.calls.push(name)
    switch (name) {
      case 'GetParameter':
        return JSON.stringify({ Parameter: { Name: 'gate', Value: this.parameter } })
      case 'PutParameter':
        this.parameter = JSON.parse(body).Value
        return JSON.stringify({ Version: 2 })
      case 'DescribeAutoScalingGroups':
        return xml(name, `<AutoScalingGroups>${this.#group()}</AutoScalingGroups>`)
      case 'DescribeTargetHealth':
        return xml(name, `<TargetHealthDescriptions>${this.#health()}</TargetHealthDescriptions>`)
      default:
        throw new Error(`the guard calls ${name}`)
    }
  }

  #group(): string {
    const members = Object.entries(this.members).map(
      ([id, [state]]) => `<member><InstanceId>${id}</InstanceId><LifecycleState>${state}</LifecycleState></member>`,
    )
    const instances = `<Instances>${members.join('')}</Instances>`
    return `<member><DesiredCapacity>${this.desired}</DesiredCapacity>${instances}</member>`
  }

  #health(): string {
    const targets = Object.entries(this.members).map(
      ([id, [, healthy]]) =>
        `<member><Target><Id>${id}</Id></Target><TargetHealth><State>${healthy ? 'healthy' : 'initial'}</State></TargetHealth></member>`,
    )
    return targets.join('')
  }
}

interface Operation {
  readonly name: string
  readonly body: string
}

async function answer(request: IncomingMessage): Promise<Operation> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const target = String(request.headers['x-amz-target'] ?? '').split('.')[1]
  return { name: target ?? new URLSearchParams(body).get('Action') ?? '', body }
}

/** As Systems Manager says it. */
const refusal = (name: string): string =>
  JSON.stringify({
    __type: 'AccessDeniedException',
    message: `User: guard is not authorized to perform: ssm:${name} on resource: gate`,
  })

const xml = (name: string, result: string): string =>
  `<${name}Response><${name}Result>${result}</${name}Result></${name}Response>`

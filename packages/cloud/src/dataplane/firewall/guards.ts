import { type Clock, messageOf } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { Guard } from './guard.ts'
import type { FirewallConfig, FirewallReport } from './messages.ts'
import type { RunningFirewall } from './running-firewall.ts'

export interface GuardsOptions {
  readonly clock: Clock
  readonly send: (report: FirewallReport) => void
  /** Told why a web ACL can't run; a sentence. */
  readonly onProblem: (message: string) => void
}

/** Who stands before which resource. The firewall itself is loaded with the first web ACL: without one it costs nothing. */
export class Guards {
  readonly #options: GuardsOptions
  readonly #configs = new Map<string, FirewallConfig>()
  readonly #running = new Map<string, RunningFirewall>()
  readonly #aclOf = new Map<NodeId, string>()
  #loading: Promise<typeof RunningFirewall> | undefined

  constructor(options: GuardsOptions) {
    this.#options = options
  }

  /** A web ACL is there, or has changed. */
  configure(config: FirewallConfig): void {
    this.#configs.set(config.arn, config)
    void this.#start(config)
  }

  /** @param acl  its ARN; nothing: the resource is guarded no more */
  set(resource: NodeId, acl: string | undefined): void {
    if (acl === undefined) this.#aclOf.delete(resource)
    else this.#aclOf.set(resource, acl)
  }

  /** Nothing for a resource without a web ACL. */
  of(resource: NodeId): Guard | undefined {
    const acl = this.#aclOf.get(resource)
    return acl === undefined ? undefined : (this.#running.get(acl) ?? this.#whenStarted(acl))
  }

  report(): void {
    for (const firewall of this.#running.values()) firewall.report()
  }

  /** Requests that come before it runs wait for it: none passes unseen. */
  #whenStarted(acl: string): Guard {
    return {
      check: (asked, then) => {
        void this.#start(this.#configs.get(acl)).then(firewall => {
          if (firewall) firewall.check(asked, then)
          else asked.exchange.abort()
        })
      },
    }
  }

  async #start(config: FirewallConfig | undefined): Promise<RunningFirewall | undefined> {
    if (!config) return undefined
    this.#loading ??= import('./running-firewall.ts').then(module => module.RunningFirewall)
    const Running = await this.#loading
    const { arn } = config
    const known = this.#running.get(arn)
    try {
      if (known && this.#configs.get(arn) === config) known.configure(config)
      const firewall = known ?? new Running(this.#configs.get(arn) ?? config, this.#options.clock, this.#options.send)
      this.#running.set(arn, firewall)
      return firewall
    } catch (error) {
      this.#options.onProblem(`the web ACL ${config.name} can't run as it is now: ${messageOf(error)}`)
      return known
    }
  }
}

import type { RuleAction } from '@terrace/model'
import type { RuleInput } from './rules.ts'

type Redirect = Extract<RuleAction, { kind: 'redirect' }>

/**
 * The Location of a redirect, with its placeholders filled in and the port written out, as an ALB does.
 * @see ELB User Guide for Application Load Balancers, "Action types for listener rules"
 */
export function redirectLocation(action: Redirect, input: RuleInput, protocol: 'http' | 'https', port: number): string {
  const values: Record<string, string> = {
    protocol,
    host: input.host,
    port: String(port),
    path: input.path.replace(/^\//, ''),
    query: input.query,
  }
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (all, name: string) => values[name] ?? all)
  const scheme = fill(action.protocol).toLowerCase()
  const query = fill(action.query)
  return `${scheme}://${fill(action.host)}:${fill(action.port)}${fill(action.path)}${query ? `?${query}` : ''}`
}

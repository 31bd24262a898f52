import { lookup } from 'node:dns/promises'
import type { ProgramReport } from '@terrace/cloud'
import { errnoOf } from '@terrace/kit'

/** One line of `terrace doctor`. */
export interface Finding {
  readonly name: string
  /** `remark`: nothing to do, but good to know. */
  readonly verdict: 'ok' | 'missing' | 'remark'
  /** What is there: a version and a path, or what was seen. */
  readonly found: string
  /** What is not possible because of it; empty when all is well. */
  readonly cost: string
  /** What to do about it; empty when nothing can or has to be done. */
  readonly remedy: string
}

/** The Node that runs us: the launcher has seen to it that it is new enough. */
export const nodeFinding = (): Finding => ({
  name: 'Node.js',
  verdict: 'ok',
  found: `${process.version} (${process.execPath})`,
  cost: '',
  remedy: '',
})

export function programFinding({ name, found, problem, missing, install }: ProgramReport): Finding {
  if (found) return { name, verdict: 'ok', found: `${found.version} (${found.path})`, cost: '', remedy: '' }
  return { name, verdict: 'missing', found: problem ?? 'not found', cost: missing, remedy: install }
}

/** Whether the C library's resolver knows that every name under `localhost` is this machine (RFC 6761, section 6.3). */
export async function localhostFinding(
  resolve: (name: string) => Promise<unknown> = name => lookup(name),
): Promise<Finding> {
  const name = '*.localhost in the system’s resolver'
  try {
    await resolve('terrace.localhost')
    return { name, verdict: 'ok', found: 'resolves to this machine', cost: '', remedy: '' }
  } catch (error) {
    return {
      name,
      verdict: 'remark',
      found: `does not resolve (${errnoOf(error) ?? 'no answer'})`,
      cost: 'browsers and curl go to this machine by themselves; other programs (Python, wget, load generators) do not find library.localhost',
      remedy:
        'give them 127.0.0.1 and a Host header, or name the hosts in /etc/hosts; the AWS gateway is on 127.0.0.1 anyway',
    }
  }
}

/** Said everywhere: the one who opens the page may not be the one who started it. */
export const safariFinding = (): Finding => ({
  name: 'Safari',
  verdict: 'remark',
  found: 'does not resolve *.localhost by itself',
  cost: 'the printed URLs do not open in it where the system’s resolver does not know them',
  remedy: 'use Chrome, Edge, Chromium or Firefox, or name the hosts in /etc/hosts',
})

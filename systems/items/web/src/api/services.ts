import { type Connection, createClient, createToasts, type Toasts, watchConnection } from '@terrace/ui'
import { createContext, use } from 'react'
import { type Changes, createChanges } from '../changes/changes.ts'
import { type Places, watchPlaces } from '../frame/places.ts'
import { type ItemsApi, itemsApi } from './items-api.ts'
import { createQuestions, type Questions } from './questions.ts'
import { tracesBySettings } from './settings.ts'

/** What the whole page shares. Made once in `main.tsx`. */
export interface Services {
  readonly api: ItemsApi
  readonly questions: Questions
  readonly connection: Connection
  readonly toasts: Toasts
  readonly changes: Changes
  readonly places: Places
}

/** Connects everything. */
export function createServices(): Services {
  const questions = createQuestions()
  const { traces, known } = tracesBySettings()
  const origin = import.meta.env.DEV ? '' : (import.meta.env.VITE_API_URL ?? '').replace(/\/+$/, '')
  const baseUrl = async () => {
    await known
    return origin
  }
  const api = itemsApi(createClient({ baseUrl, traces, onReachable: is => connection.report(is) }))
  const connection = watchConnection({ probe: () => api.info(), onBack: () => questions.outdate('') })
  const toasts = createToasts()
  const changes = createChanges({ api, questions, toasts })
  return { api, questions, connection, toasts, changes, places: watchPlaces() }
}

const Context = createContext<Services | undefined>(undefined)

export const ServicesProvider = Context

/** What the whole page shares. */
export function useServices(): Services {
  const services = use(Context)
  if (!services) throw new Error('no services above this component: wrap it in ServicesProvider')
  return services
}

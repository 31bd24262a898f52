import { type App, acceptForms, addSessions, forgetOldKeys, type Service } from '@terrace/service'
import type { Assets } from './assets/assets.ts'
import { migrations } from './data/migrations/index.ts'
import { forgetRemoved } from './data/removed.ts'
import type { Tables } from './data/tables.ts'
import { answerWithPages } from './http/pages-scope.ts'
import { addActionRoutes } from './routes/actions.ts'
import { addApiRoutes } from './routes/api.ts'
import { addAssetRoutes } from './routes/assets.ts'
import { addPageRoutes } from './routes/pages.ts'
import { type NotesVariables, notesVariables } from './settings.ts'

/** The notes: pages for people, and the same as JSON for programs. */
export const notes = (assets: Assets): Service<NotesVariables, Tables> => ({
  info: {
    title: 'Notes',
    version: '1.0.0',
    description:
      'Notes with tags, newest first. Lists are plain arrays whose Link header names the next page; every refusal is a problem document whose detail says why.',
  },
  variables: notesVariables,
  migrations,
  port: 5000,
  addRoutes(app, context) {
    const { config, clock, random } = context
    const sessions = {
      secrets: config.SESSION_SECRET,
      clock,
      random,
      origins: config.PUBLIC_URL === undefined ? [] : [config.PUBLIC_URL],
    }
    addAssetRoutes(app, assets)
    app.register(async (pages: App) => {
      acceptForms(pages)
      answerWithPages(pages, context, assets)
      addSessions(pages, sessions)
      addPageRoutes(pages, context, assets)
      addActionRoutes(pages, context, assets)
    })
    app.register(async (api: App) => {
      // It takes JSON alone, which no form can send: where the page comes from is enough.
      addSessions(api, { ...sessions, csrf: 'origin' })
      addApiRoutes(api, context)
    })
  },
  async tidy(database) {
    const now = database.clock.now()
    await forgetOldKeys(database, now)
    await forgetRemoved(database.db, now)
  },
})

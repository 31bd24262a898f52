import type { RequestListener } from 'node:http'
import { type BuiltSite, chromiumPath, needsChromium, passedOnTo } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeSite } from '../../api/testing/running-site.ts'
import type { StandInAws } from '../../api/testing/stand-in-aws.ts'
import { authorText } from '../src/text/author-text.ts'
import { playText } from '../src/text/play-text.ts'
import { text } from '../src/text/text.ts'
import { fillIn } from './page-steps.ts'
import { buildQuiz, photograph, startSite } from './running-site.ts'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()

/** The API, and pictures out of the bucket as the CDN serves them. */
function frontOf(apiUrl: string, { objects }: StandInAws): RequestListener {
  const api = passedOnTo(apiUrl)
  return (request, response) => {
    const key = (request.url ?? '').slice(1)
    if (!key.startsWith('media/')) return api(request, response)
    const found = objects.get(key)
    response.setHeader('content-type', key.endsWith('png') ? 'image/png' : 'image/jpeg')
    response.writeHead(found ? 200 : 404).end(found?.body)
  }
}

describe.skipIf(!chromiumPath)(needsChromium('the quiz in front of the real API'), () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildQuiz()
  })
  afterAll(() => built?.close())

  describeSite('with its database', start => {
    it('goes from sign-up over a question with a cut-out to a player’s score and the results (Q-01)', async () => {
      await using quiz = await start()
      await using site = await startSite(built, frontOf(quiz.url, quiz.aws))
      const { page, complaints } = await site.open('/sign-up')
      await fillIn(page, { [text.username]: 'alice', [text.password]: 'nine small grey stones' })
      await press(page, text.signUp)
      await press(page, authorText.newQuiz)
      await page.getByLabel(authorText.title, { exact: true }).fill('Shapes')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Shapes' }).waitFor()
      await page.getByLabel(authorText.description, { exact: true }).fill('One question.\nOr two.')
      await press(page, authorText.saveAbout)
      await page.getByText(authorText.aboutSaved).waitFor()

      await press(page, authorText.addQuestion)
      await fillIn(page, { [authorText.questionText]: 'What is this?', [authorText.explanation]: 'It has no corners.' })
      await fillIn(page, { [authorText.option(1)]: 'A square', [authorText.option(2)]: 'A circle' })
      await page.getByLabel(authorText.isRight(2)).check()
      await page.getByLabel(authorText.removeBackground).check()
      const add = authorText.ofQuestion(authorText.addPicture)
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, add)])
      const circle = { width: 320, height: 240, channels: 3 as const, background: '#8fb3d9' }
      const buffer = await sharp({ create: circle }).jpeg().toBuffer()
      await chooser.setFiles({ name: 'circle.jpeg', mimeType: 'image/jpeg', buffer })
      await page.getByText(authorText.pictureReady).waitFor()
      await press(page, authorText.saveQuestion)
      await page.getByText(authorText.questionSaved).waitFor()
      await photograph(page, 'real-editor')
      await press(page, authorText.publish)
      const link = await page.getByLabel(authorText.share).inputValue()

      const { page: player, complaints: playersComplaints } = await site.open(new URL(link).pathname, { width: 390 })
      await player.getByLabel(playText.nickname).fill('Bob')
      await press(player, playText.startQuiz)
      await player.getByRole('img', { name: playText.pictureOfQuestion }).waitFor()
      await player.getByLabel('A circle').check()
      await press(player, playText.toReview)
      await press(player, playText.finish)
      await player.getByText(text.scoreOf(1, 1)).first().waitFor()
      await player.getByText('It has no corners.').waitFor()
      await player.getByRole('row', { name: playText.you('Bob') }).waitFor()
      await photograph(player, 'real-result')

      await page.reload()
      await page.getByText(authorText.frozen).waitFor()
      await page.getByRole('link', { name: authorText.showResults }).click()
      await page.getByRole('row', { name: /Bob/ }).waitFor()
      expect([...complaints, ...playersComplaints]).toEqual([])
    })
  })
})

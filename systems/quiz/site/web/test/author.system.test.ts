import { readFile } from 'node:fs/promises'
import { axeViolations, type BuiltSite, chromiumPath, needsChromium } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorText } from '../src/text/author-text.ts'
import { text } from '../src/text/text.ts'
import { expectSound, fillIn } from './page-steps.ts'
import { buildQuiz, logIn, photograph, startSite } from './running-site.ts'
import { ALICE, emptySite, largeSite, smallSite } from './sample-data.ts'
import { standInApi } from './stand-in-api.ts'

const FAILED_REQUEST = /Failed to load resource/

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })

/** A file as somebody chooses it. */
const pictureFile = { name: 'mountain.jpeg', mimeType: 'image/jpeg', buffer: Buffer.alloc(300_000, 1) }

async function choosePicture(page: Page, button: string, file = pictureFile): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, button)])
  await chooser.setFiles(file)
}

describe.skipIf(!chromiumPath)(needsChromium('making a quiz'), () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildQuiz()
  })
  afterAll(() => built?.close())

  it('signs up, with each mistake said under its field, changes the password, and comes back (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/sign-up', { expected: FAILED_REQUEST })
    await fillIn(page, { [text.username]: 'al', [text.password]: 'short' })
    await press(page, text.signUp)
    await page.getByText(text.usernameTooShort('3', '2')).waitFor()
    await page.getByText(text.passwordTooShort('12', '5')).waitFor()
    await expectSound(page, 'sign-up', 'desk')
    await fillIn(page, { [text.username]: 'alice', [text.password]: 'nine small grey stones' })
    await press(page, text.signUp)
    await page.getByText(`${text.username} is taken`).waitFor()
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain('stones')
    await fillIn(page, { [text.username]: 'bob' })
    await press(page, text.signUp)
    await heading(page, authorText.noQuizzes).waitFor()
    await expectSound(page, 'no-quizzes', 'desk')
    await page.getByRole('link', { name: text.account }).click()
    await fillIn(page, { [text.currentPassword]: 'wrong', [text.newPassword]: 'ten tall green trees' })
    await press(page, text.changePassword)
    await page.getByText(`${text.currentPassword} is wrong`).waitFor()
    await fillIn(page, { [text.currentPassword]: 'nine small grey stones' })
    await press(page, text.changePassword)
    await page.getByText(text.passwordChanged).waitFor()
    await expectSound(page, 'account', 'desk')
    await press(page, text.logOut)
    await page.getByText(text.loggedOut).waitFor()
    await page.getByRole('link', { name: authorText.quizzes }).click()
    await heading(page, text.logInFirst).waitFor()
    await logIn(page, { username: 'bob', password: 'wrong' })
    await page.getByText('The user name or the password is wrong.').waitFor()
    await logIn(page, { username: 'bob', password: 'ten tall green trees' })
    await heading(page, authorText.noQuizzes).waitFor()
  })

  it('makes, fills, orders, publishes, closes and deletes a quiz, and takes back what it did (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/quizzes')
    await logIn(page, ALICE)
    await page.getByRole('link', { name: 'Rivers, primes and mountains' }).waitFor()
    await expectSound(page, 'quizzes', 'desk')
    await press(page, authorText.newQuiz)
    await page.getByLabel(authorText.title, { exact: true }).fill('  Capitals ')
    await page.keyboard.press('Enter')
    await heading(page, 'Capitals').waitFor()
    await press(page, authorText.publish)
    await page.getByText(authorText.publishNone).waitFor()
    expect(await axeViolations(page)).toEqual([])

    await press(page, authorText.addQuestion)
    await fillIn(page, { [authorText.questionText]: 'Which is the capital of France?' })
    await fillIn(page, { [authorText.option(1)]: 'Lyon', [authorText.option(2)]: 'Paris' })
    await page.getByLabel(authorText.isRight(2)).check()
    await expectSound(page, 'new-question', 'desk')
    await page.reload()
    expect(await page.getByLabel(authorText.option(2), { exact: true }).inputValue()).toBe('Paris')
    expect(await page.getByLabel(authorText.isRight(2)).isChecked()).toBe(true)
    await press(page, authorText.optionUp(2))
    await press(page, authorText.saveQuestion)
    const first = page.getByRole('listitem', { name: authorText.questionNumber(1) })
    await first.getByText('Which is the capital of France?').waitFor()
    expect(api.state.quizzes[0]?.questions[0]?.options.map(({ text, correct }) => [text, correct])).toEqual([
      ['Paris', true],
      ['Lyon', false],
    ])

    await page.getByRole('button', { name: authorText.addKind }).click()
    await page.getByRole('option', { name: authorText.kind('text') }).click()
    await press(page, authorText.addQuestion)
    await fillIn(page, { [authorText.answers]: 'Rome\nRoma', [authorText.explanation]: 'All roads lead there.' })
    await press(page, authorText.saveQuestion)
    await page.getByText(authorText.missing('needs a text')).waitFor()
    await press(page, authorText.publish)
    await page.getByText(authorText.publishIncomplete(1)).waitFor()
    await press(page, authorText.editQuestionLabel(2))
    await fillIn(page, { [authorText.questionText]: 'Where do all roads lead?' })
    await press(page, authorText.saveQuestion)
    await page.getByText(authorText.missing('needs a text')).waitFor({ state: 'detached' })

    api.failing = /question-order/
    await press(page, authorText.moveUp(2))
    await page.getByText(authorText.notMoved(text.errorBroken)).waitFor()
    await first.getByText('Which is the capital of France?').waitFor()
    api.failing = undefined
    await press(page, authorText.moveUp(2))
    await first.getByText('Where do all roads lead?').waitFor()
    await press(page, authorText.deleteQuestion(1))
    await first.getByText('Which is the capital of France?').waitFor()
    await press(page, text.undo)
    await first.getByText('Where do all roads lead?').waitFor()
    await press(page, authorText.deleteQuestion(2))
    await page.getByText(authorText.questionDeleted(2)).waitFor()
    await expectSound(page, 'quiz', 'desk')

    await press(page, authorText.publish)
    const link = page.getByLabel(authorText.share)
    await link.waitFor()
    expect(await link.inputValue()).toBe(`${site.server.url}/play/NEWCODE1`)
    expect(api.state.quizzes[0]?.questions.map(question => question.text)).toEqual(['Where do all roads lead?'])
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await press(page, authorText.copyLink)
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${site.server.url}/play/NEWCODE1`)
    await expectSound(page, 'published', 'desk')
    await press(page, authorText.close)
    await page.getByText(authorText.stateClosedText).waitFor()
    await press(page, authorText.reopen)
    await page.getByText(authorText.statePublishedText).waitFor()

    await press(page, authorText.actionsFor('Capitals'))
    await page.getByRole('menuitem', { name: authorText.copyQuiz }).click()
    await heading(page, 'Capitals (copy)').waitFor()
    await press(page, authorText.actionsFor('Capitals (copy)'))
    await page.getByRole('menuitem', { name: authorText.deleteQuiz }).click()
    await page.getByText(authorText.deleted('Capitals (copy)')).waitFor()
    await page.getByRole('link', { name: 'Capitals (copy)' }).waitFor({ state: 'detached' })
    await press(page, text.undo)
    await page.getByRole('link', { name: 'Capitals (copy)' }).waitFor()
    expect(complaints.filter(line => !FAILED_REQUEST.test(line))).toEqual([])
  })

  it('uploads pictures, says in words how far each is, and shows the cut-out by itself (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/quizzes/quiz3', { expected: FAILED_REQUEST })
    await logIn(page, ALICE)
    await press(page, authorText.editQuestionLabel(1))
    const add = authorText.ofQuestion(authorText.addPicture)
    await choosePicture(page, add, { ...pictureFile, mimeType: 'image/gif', name: 'moving.gif' })
    await page.getByText(authorText.wrongType).waitFor()
    api.failing = /POST .api.pictures/
    await choosePicture(page, add)
    await page.getByText(authorText.notUploaded(text.errorBroken)).waitFor()
    api.failing = undefined
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    api.held = promise
    await page.getByLabel(authorText.removeBackground).first().check()
    api.state.uploadedAs = { state: 'queued', busy: true, reason: null }
    await choosePicture(page, add)
    await page.getByText(authorText.uploading('mountain.jpeg')).waitFor()
    await photograph(page, 'uploading')
    answer()
    await page.getByText(authorText.pictureBusy).waitFor()
    await expectSound(page, 'busy', 'desk')
    await press(page, authorText.saveQuestion)
    const card = page.getByRole('listitem', { name: authorText.questionNumber(1) })
    await card.getByText(authorText.pictureBusy).waitFor()
    const [picture] = api.state.pictures
    Object.assign(picture ?? {}, { state: 'working', busy: false })
    await card.getByText(authorText.pictureWorking).waitFor()
    Object.assign(picture ?? {}, { state: 'ready', cutoutUrl: '/media/mountain-cutout.png' })
    await card.locator('img[src="/media/mountain-cutout.png"]').waitFor()
    await press(page, authorText.editQuestionLabel(1))
    await page.getByText(authorText.pictureReady).waitFor()
    await photograph(page, 'ready')
    api.state.uploadedAs = { state: 'failed', busy: false, reason: 'The picture shows nothing.' }
    await page.getByLabel(authorText.removeBackground).first().check()
    await choosePicture(page, authorText.ofQuestion(authorText.replacePicture))
    await page.getByText(authorText.pictureFailed('The picture shows nothing')).waitFor()
    await press(page, authorText.ofQuestion(authorText.removePicture))
    await page.getByRole('button', { name: add }).waitFor()
  })

  it('explains a conflict of versions, loses nothing typed, and lets one decide (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/quizzes/quiz3', { expected: FAILED_REQUEST })
    await logIn(page, ALICE)
    const title = page.getByLabel(authorText.title, { exact: true })
    await title.fill('Mine')
    const quiz = api.state.quizzes.find(({ id }) => id === 'quiz3')
    Object.assign(quiz ?? {}, { title: 'Theirs', description: 'Changed elsewhere', version: 2 })
    await page.reload()
    await heading(page, authorText.conflictTitle).waitFor()
    expect(await title.inputValue()).toBe('Mine')
    await expectSound(page, 'conflict', 'desk')
    await press(page, authorText.takeTheirs)
    await heading(page, authorText.conflictTitle).waitFor({ state: 'detached' })
    expect(await title.inputValue()).toBe('Theirs')
    await title.fill('Mine after all')
    Object.assign(quiz ?? {}, { title: 'Theirs again', version: 3 })
    await press(page, authorText.saveAbout)
    await heading(page, authorText.conflictTitle).waitFor()
    await press(page, authorText.keepMine)
    await heading(page, 'Mine after all').waitFor()
    expect(quiz).toMatchObject({ title: 'Mine after all', version: 4 })
    expect(await title.inputValue()).toBe('Mine after all')
  })

  it('shows results in any order, and all of them as a file (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/quizzes/quiz2/results')
    await logIn(page, ALICE)
    await page.getByRole('row', { name: /Player 00003/ }).waitFor()
    await expectSound(page, 'results', 'desk')
    const names = () => page.getByRole('rowheader').allTextContents()
    expect(await names()).toEqual(['Player 00003', 'Player 00002', 'Player 00001'])
    await page.getByRole('button', { name: authorText.score }).click()
    await page.getByText(authorText.sortedOver(3)).waitFor()
    expect(await names()).toEqual(
      ['Player 00002', 'Player 00001', 'Player 00003'].toSorted((a, b) => score(a) - score(b)),
    )
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: authorText.download }).click(),
    ])
    expect(await readFile(await file.path(), 'utf8')).toContain('Player 00001')
    await page.goto(`${site.server.url}/quizzes/quiz2`)
    await page.getByText(authorText.frozen).waitFor()
    expect(await page.getByRole('button', { name: /^Edit question/ }).count()).toBe(0)
    await expectSound(page, 'frozen', 'desk')
    expect(complaints).toEqual([])
  })

  it('says what failed and recovers, in each view, and says quietly that the API does not answer (Q-01)', async () => {
    const api = standInApi(emptySite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/quizzes', { expected: /./ })
    await logIn(page, ALICE)
    await page.getByRole('link', { name: 'Nothing yet' }).waitFor()
    for (const [path, failure, loaded] of [
      ['/quizzes', authorText.quizzesFailure, 'Nothing yet'],
      ['/quizzes/quiz1', authorText.quizFailure, authorText.noQuestions],
      ['/quizzes/quiz1/results', authorText.resultsFailure, authorText.noResults],
    ] as const) {
      api.failing = /GET .api.quizzes/
      const { promise, resolve: answer } = Promise.withResolvers<void>()
      api.held = promise
      await page.goto(`${site.server.url}${path}`)
      await page.getByText('Loading…').first().waitFor({ state: 'attached' })
      answer()
      await heading(page, failure).waitFor()
      expect(await axeViolations(page)).toEqual([])
      api.failing = undefined
      await press(page, 'Try again')
      await page.getByText(loaded).first().waitFor()
      await photograph(page, `empty${path.replaceAll('/', '-')}`)
    }
    await page.goto(`${site.server.url}/quizzes/none`)
    await page.getByText(authorText.quizGoneText).waitFor()
    api.silent = /./
    await page.getByRole('link', { name: authorText.toList }).first().click()
    await page.getByText(text.away).waitFor()
    await photograph(page, 'away')
    api.silent = undefined
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await page.getByText(text.away).waitFor({ state: 'detached' })
  })

  it('finds its way through 10,000 quizzes and 10,000 results (Q-01)', async () => {
    const api = standInApi(largeSite())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/quizzes')
    await logIn(page, ALICE)
    await page.getByText('1–25 of 10,000').waitFor()
    await page.getByRole('searchbox', { name: authorText.search }).fill('09999')
    await page.getByRole('link', { name: 'Quiz 09999' }).waitFor()
    await page.getByText('1 in all').waitFor()
    await page.reload()
    await page.getByText('1 in all').waitFor()
    await page.getByRole('radio', { name: authorText.state('closed') }).click()
    await heading(page, authorText.noMatch).waitFor()
    await page.goto(`${site.server.url}/quizzes/quiz1/results`)
    await page.getByText('1–25 of 10,000').waitFor()
    await page.getByRole('button', { name: authorText.nickname }).click()
    await page.getByText(authorText.sortedFirst(2000, 10_000)).waitFor()
    expect(complaints).toEqual([])
  })
})

const score = (nickname: string): number => (Number(nickname.slice(-5)) * 7) % 11

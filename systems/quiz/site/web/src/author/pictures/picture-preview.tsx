import { authorText } from '../../text/author-text.ts'
import { pictureWords } from './picture-words.ts'
import styles from './pictures.module.css'
import { usePicture } from './use-picture.ts'

/** A picture as players will see it, and how far the removal of its background is, in words. */
export function PicturePreview({ accountId, id }: { readonly accountId: number; readonly id: string }) {
  const { data, error } = usePicture(accountId, id)
  return (
    <div className={styles.preview}>
      {data ? (
        <img src={data.cutoutUrl ?? data.url} alt={authorText.preview} className={styles.image} />
      ) : (
        <span className={styles.image} />
      )}
      <p role="status" className={styles.words} data-state={data?.state}>
        {data && pictureWords(data)}
        {!data && error !== null && authorText.pictureUnknown}
      </p>
    </div>
  )
}

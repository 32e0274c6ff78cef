/** The time, handed in so that tests hold it still. */
export type Clock = () => Date;

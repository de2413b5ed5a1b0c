/*
 * Two articles for the style memory: a house style that asks for British spelling, and a piece
 * written by it.
 */
export const houseStyle = `---
title: House style
---

# House style

## Spelling

We use British spelling throughout: organisation, colour, behaviour, centre and analyse, never their American forms, whatever the nationality of the author or of the publication that is quoted.

## Openings

An opening names one person, one moment and one thing that went wrong, and leaves the thesis for the second paragraph, where a reader who stayed has earned it.

## Numbers

Every number carries its source in the same sentence; a percentage without the total that it is a part of is struck out by the editor, however well known it may be.

- short item
`;

export const ledgerPiece = `# The till roll that outlived the dashboard

Maria closed the shop at nine and counted the till by hand, because the screen that had summed it all year showed a total that nobody could take apart any more.

A ledger keeps each sale where a dashboard keeps only the sum, so a mistake of March can still be found in November, and put right by one more line instead of an eraser.

Teams that rebuilt their reports from recorded events found that two figures in a hundred had been wrong for months, and that nobody had noticed until the events were counted again.
`;

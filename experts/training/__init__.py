"""How people learn to judge an answer and show that they can: content as data, exams, grading, pass marks."""

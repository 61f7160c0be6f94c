# How many values differ, allowed or not: the number that deploylint has to agree with. It is asked
# for by itself, as every question that is asked beside another evaluates everything once more.
package counted

warn contains sprintf("%d values differ", [count(data.main.differences)])
